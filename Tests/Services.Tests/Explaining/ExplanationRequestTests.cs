using System.Text.Json;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class ExplanationRequestTests
{
    private const string Pixel = "iVBORw0KGgo=";

    [Theory]
    [InlineData("gradcam", "{}")]
    [InlineData("gradcam++", "{}")]
    [InlineData("integrated-gradients", """{"steps":50,"quadrature":"gauss-legendre","baseline":"black"}""")]
    [InlineData("smoothgrad", """{"samples":25,"noise_level":0.15,"seed":0}""")]
    [InlineData("occlusion", """{"baseline":"mean"}""")]
    public void Defaults_are_filled_in(string method, string expected)
    {
        var request = Read($$"""{"model":"models:/flowers/3","method":"{{method}}","image":"{{Pixel}}"}""");
        Assert.Equal(("flowers", 3), (request.Model.Name, request.Model.Version));
        Assert.Equal((null, null), (request.Target, request.Against));
        Assert.Equal(Convert.FromBase64String(Pixel), request.Image.Bytes);
        var parameters = JsonSerializer.Deserialize<MethodParameters>(expected, ApiJson.Options)! with { Method = Choice.Parse<ExplanationMethod>(method) };
        Assert.Equal(parameters, request.Method.Parameters);
    }

    [Fact]
    public void Parameters_of_the_method_are_taken_and_those_of_others_ignored()
    {
        var request = Read($$"""
            {"model":"models:/f/1","method":"integrated-gradients","image":"{{Pixel}}","steps":20,"quadrature":"trapezoid","baseline":"noise",
             "baseline_draws":3,"tolerance":0.02,"seed":7,"layer":"features.6","samples":9,"window":16,"stride":8}
            """);
        Assert.Equal(
            new MethodParameters { Method = ExplanationMethod.IntegratedGradients, Steps = 20, Quadrature = QuadratureRule.Trapezoid, Baseline = Baseline.Noise, BaselineDraws = 3, Tolerance = 0.02, Seed = 7 },
            request.Method.Parameters);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var faults = Faults("""
            {"model":"flowers","method":"lime","image":"%%%","target":-1,"against":1.5,"steps":1,"baseline":"gray","quadrature":"simpson","tolerance":0,
             "samples":0,"noise_level":2,"window":10,"stride":20,"seed":-1,"layer":7,"opacity":0.5}
            """);
        Assert.Equal(
            [
                "$.against", "$.baseline", "$.image", "$.layer", "$.method", "$.model", "$.noise_level", "$.opacity", "$.quadrature", "$.samples", "$.seed",
                "$.steps", "$.stride", "$.target", "$.tolerance",
            ],
            faults.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("gradcam++", faults["$.method"][0], StringComparison.Ordinal);
        Assert.Contains("models:/NAME/VERSION", faults["$.model"][0], StringComparison.Ordinal);
        Assert.Contains("2 to 1000", faults["$.steps"][0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_field_is_answered_with_every_field_that_there_is()
    {
        var fault = Faults($$"""{"model":"models:/f/1","method":"gradcam","image":"{{Pixel}}","opacity":1}""")["$.opacity"][0];
        Assert.Equal(
            typeof(ExplanationRequest).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).Order(StringComparer.Ordinal),
            fault[(fault.IndexOf("Known fields: ", StringComparison.Ordinal) + "Known fields: ".Length)..^1].Split(", "));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model":null,"method":null,"image":null}""")]
    public void Required_fields_are_required(string body) =>
        Assert.Equal(["$.image", "$.method", "$.model"], Faults(body).Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public void A_body_that_is_no_object_is_refused(string body) => Assert.Contains("must be an object", Faults(body)["$"][0], StringComparison.Ordinal);

    [Theory]
    [InlineData("5", 5, null)]
    [InlineData("\"daisy\"", null, "daisy")]
    public void A_target_is_an_index_or_a_name(string json, int? index, string? name)
    {
        var request = Read($$"""{"model":"models:/f@champion","method":"gradcam","image":"{{Pixel}}","target":{{json}},"against":{{json}}}""");
        Assert.Equal(new ClassReference(index, name), request.Target);
        Assert.Equal(new ClassReference(index, name), request.Against);
        Assert.Equal("champion", request.Model.Alias);
        Assert.Equal(json, JsonSerializer.Serialize(request.Target, ApiJson.Options));
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

    private static CheckedExplanation Read(string json) => RequestReader.ReadExplanation(JsonDocument.Parse(json).RootElement);

    private static IReadOnlyDictionary<string, string[]> Faults(string json)
    {
        var refused = Assert.Throws<ProblemException>(() => Read(json));
        Assert.Equal(400, refused.Status);
        return refused.Errors!;
    }
}
