using System.Text.Json;
using Linnaeus.Explainer.Requests;
using Linnaeus.Vision.Explanations;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class ExplanationRequestTests
{
    private const string Pixel = "iVBORw0KGgo=";

    [Fact]
    public void Defaults_are_filled_in()
    {
        var (request, faults) = Read($$"""{"model":"models:/flowers/3","method":"integrated-gradients","image":"{{Pixel}}"}""");
        Assert.Empty(faults);
        Assert.Equal("flowers", request!.Model.Name);
        Assert.Equal(3, request.Model.Version);
        Assert.Equal(ExplanationMethod.IntegratedGradients, request.Method);
        Assert.Equal(50, request.Steps);
        Assert.Equal(Baseline.Black, request.Baseline);
        Assert.Null(request.Target);
        Assert.Equal(Convert.FromBase64String(Pixel), request.Image.Bytes);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var (request, faults) = Read("""{"model":"flowers","method":"lime","image":"%%%","target":-1,"steps":1,"baseline":"grey","opacity":0.5}""");
        Assert.Null(request);
        Assert.Equal(["baseline", "image", "method", "model", "opacity", "steps", "target"], faults.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("gradcam", faults["method"][0], StringComparison.Ordinal);
        Assert.Contains("models:/NAME/VERSION", faults["model"][0], StringComparison.Ordinal);
        Assert.Contains("2 to 1000", faults["steps"][0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model":null,"method":null,"image":null}""")]
    public void Required_fields_are_required(string body) =>
        Assert.Equal(["image", "method", "model"], Read(body).Faults.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public void A_body_that_is_no_object_is_refused(string body) => Assert.Single(Read(body).Faults);

    [Theory]
    [InlineData("5", 5, null)]
    [InlineData("\"daisy\"", null, "daisy")]
    public void A_target_is_an_index_or_a_name(string json, int? index, string? name)
    {
        var (request, _) = Read($$"""{"model":"models:/f@champion","method":"gradcam","image":"{{Pixel}}","target":{{json}}}""");
        Assert.Equal(new TargetClass(index, name), request!.Target);
        Assert.Equal("champion", request.Model.Alias);
    }

    [Theory]
    [InlineData("runs:/0123/samples/001.png")]
    [InlineData("mlflow-artifacts:/1/0123/artifacts/samples/001.png")]
    public void An_image_may_be_an_artifact(string address) =>
        Assert.Equal(address, ImageReference.Parse(address, out _)!.Artifact!.ToString());

    [Fact]
    public void An_image_may_be_a_data_uri() =>
        Assert.Equal(Convert.FromBase64String(Pixel), ImageReference.Parse("data:image/png;base64," + Pixel, out _)!.Bytes);

    [Theory]
    [InlineData("")]
    [InlineData("data:image/png,raw")]
    [InlineData("runs:/a/../../b")]
    [InlineData("not base64!")]
    [InlineData("https://example.org/a.jpg")]
    public void Other_images_are_refused_with_a_reason(string text)
    {
        Assert.Null(ImageReference.Parse(text, out var fault));
        Assert.False(string.IsNullOrWhiteSpace(fault));
    }

    private static (ExplanationRequest? Request, IDictionary<string, string[]> Faults) Read(string json) =>
        ExplanationRequestReader.Read(JsonDocument.Parse(json).RootElement);
}
