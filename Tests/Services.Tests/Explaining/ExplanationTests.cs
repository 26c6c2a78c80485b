using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class ExplanationTests(ServicesFixture services) : IAsyncLifetime
{
    private static readonly string[] Classes = ["aster", "bellis", "crocus", "dahlia", "erica", "freesia"];
    private static readonly byte[] Sample = PngCodec.Encode(Gradient(80, 100));

    private readonly RegistryClient registry = services.Registry;
    private readonly HttpClient http = services.Explainer;
    private readonly string name = $"explained-{Guid.NewGuid():N}";
    private ModelVersionInfo version = null!;

    public async ValueTask InitializeAsync() => version = await Versions.RegisterAsync(registry, name, Classes, imageSize: 64);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Grad_cam_is_a_map_between_0_and_1_at_the_input_size()
    {
        var answer = await ExplainAsync(new { model = Uri, method = "gradcam", image = Convert.ToBase64String(Sample) });
        var map = NpyArray.Read(await http.GetByteArrayAsync(Text(answer, "attribution_url")));
        Assert.Equal([64, 64], map.Shape);
        Assert.All(map.Values, value => Assert.InRange(value, 0f, 1f));
        Assert.InRange(answer.GetProperty("cam_identity_residual").GetDouble(), -1e-4, 1e-4);
        var cells = NpyArray.Read(await http.GetByteArrayAsync(Text(answer, "cells_url")));
        Assert.Equal([2, 2], cells.Shape);
        Assert.Equal(answer.GetProperty("positive_share").GetDouble(), cells.Values.Count(value => value > 0) / 4.0);
        CheckPrediction(answer);
        foreach (var field in new[] { "heatmap_url", "overlay_url", "input_url" })
        {
            using var response = await http.GetAsync(Text(answer, field));
            Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
            var image = ImageDecoder.Decode(await response.Content.ReadAsByteArrayAsync(), field);
            Assert.Equal((64, 64), (image.Width, image.Height));
        }
    }

    [Fact]
    public async Task Integrated_gradients_sum_to_the_difference_of_logits()
    {
        var answer = await ExplainAsync(new
        {
            model = Uri,
            method = "integrated-gradients",
            image = "data:image/png;base64," + Convert.ToBase64String(Sample),
            target = "crocus",
            steps = 20,
            baseline = "mean",
        });
        var map = NpyArray.Read(await http.GetByteArrayAsync(Text(answer, "attribution_url")));
        Assert.Equal([3, 64, 64], map.Shape);
        Assert.Equal("crocus", Text(answer, "target_class"));
        Assert.Equal(2, answer.GetProperty("target_index").GetInt32());
        var difference = answer.GetProperty("logit").GetDouble() - answer.GetProperty("baseline_score").GetDouble();
        Assert.Equal(map.Values.Sum(value => (double)value) - difference, answer.GetProperty("completeness_error").GetDouble(), 6);
        Assert.Equal(20, answer.GetProperty("parameters").GetProperty("steps").GetInt32());
        Assert.Equal("mean", answer.GetProperty("parameters").GetProperty("baseline").GetString());
        CheckPrediction(answer);
    }

    [Fact]
    public async Task Faithfulness_is_measured_against_baseline_maps()
    {
        var request = new { model = Uri, method = "gradcam++", image = Convert.ToBase64String(Sample), quality = true };
        var answer = await ExplainAsync(request);
        var quality = answer.GetProperty("quality");
        foreach (var figure in new[] { "deletion", "insertion" })
            Assert.All(new[] { "map", "random", "centre" }, of => Assert.InRange(quality.GetProperty(figure).GetProperty(of).GetDouble(), 0, 1));
        Assert.Equal((28, 0.02, 5), (quality.GetProperty("perturbation_steps").GetInt32(), quality.GetProperty("sensitivity_radius").GetDouble(), quality.GetProperty("sensitivity_samples").GetInt32()));
        Assert.InRange(answer.GetProperty("sparseness").GetDouble(), 0, 1);
        var without = await ExplainAsync(request with { quality = false });
        Assert.False(without.TryGetProperty("quality", out var none) && none.ValueKind != JsonValueKind.Null);
        Assert.NotEqual(Text(answer, "id"), Text(without, "id"));
    }

    [Fact]
    public async Task The_same_request_returns_the_stored_result()
    {
        await registry.ModelVersions.SetAliasAsync(name, "champion", version.Version);
        var request = new { model = $"models:/{name}@champion", method = "gradcam", image = Convert.ToBase64String(Sample), target = 4 };
        var first = await ExplainAsync(request);
        var second = await ExplainAsync(request);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        var other = await ExplainAsync(request with { target = 5 });
        Assert.NotEqual(Text(first, "id"), Text(other, "id"));
        var read = await http.GetFromJsonAsync<JsonElement>($"/api/explanations/{Text(first, "id")}");
        Assert.Equal(first.GetRawText(), read.GetRawText());
        var list = await http.GetFromJsonAsync<JsonElement>($"/api/explanations?model={Uri}");
        Assert.Equal(
            new[] { Text(other, "id"), Text(first, "id") }.Order(StringComparer.Ordinal),
            list.GetProperty("explanations").EnumerateArray().Select(item => Text(item, "id")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_artifact_is_explained_like_its_bytes()
    {
        await registry.Artifacts.UploadBytesAsync(version.RunId, "samples/000.png", Sample);
        var inline = await ExplainAsync(new { model = Uri, method = "gradcam", image = Convert.ToBase64String(Sample) });
        var artifact = await ExplainAsync(new { model = Uri, method = "gradcam", image = $"runs:/{version.RunId}/samples/000.png" });
        Assert.Equal(Text(inline, "id"), Text(artifact, "id"));
        Assert.StartsWith("explanations/", Text(artifact, "artifact_path"), StringComparison.Ordinal);
        var files = await registry.Artifacts.ListAsync(version.RunId, Text(artifact, "artifact_path"));
        Assert.Equal(
            ["attribution.npy", "cells.npy", "heatmap.png", "input.png", "overlay.png", "summary.json"],
            files.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_fault_of_a_request_is_named()
    {
        var problem = await RefusedAsync(new { model = "flowers", method = "lime", image = "%", color = "red" }, HttpStatusCode.BadRequest);
        Assert.Equal(
            ["$.color", "$.image", "$.method", "$.model"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_body_that_is_not_json_is_refused()
    {
        using var response = await http.PostAsync("/api/explanations", new StringContent("{\"model\":", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("models:/no-such-model/1")]
    [InlineData("models:/{name}/99")]
    [InlineData("models:/{name}@nobody")]
    public async Task An_unknown_version_is_not_found(string model) =>
        await RefusedAsync(
            new { model = model.Replace("{name}", name, StringComparison.Ordinal), method = "gradcam", image = Convert.ToBase64String(Sample) }, HttpStatusCode.NotFound);

    [Fact]
    public async Task An_unknown_artifact_is_not_found() =>
        await RefusedAsync(new { model = Uri, method = "gradcam", image = $"runs:/{version.RunId}/samples/none.png" }, HttpStatusCode.NotFound);

    [Theory]
    [InlineData("html", "HTML")]
    [InlineData("text", "")]
    [InlineData("one-pixel", "1x1")]
    [InlineData("huge", "30000x30000")]
    [InlineData("truncated", "")]
    public async Task An_image_that_cannot_be_used_is_refused_with_its_fault(string kind, string fault)
    {
        var problem = await RefusedAsync(new { model = Uri, method = "gradcam", image = Convert.ToBase64String(Broken(kind)) }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains(fault, Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6", "0 to 5")]
    [InlineData("\"zinnia\"", "aster, bellis")]
    public async Task An_unknown_target_is_refused_with_the_known_ones(string target, string known)
    {
        var image = Convert.ToBase64String(Sample);
        using var body = JsonDocument.Parse($$"""{"model":"{{Uri}}","method":"gradcam","image":"{{image}}","target":{{target}}}""");
        var problem = await RefusedAsync(body.RootElement, HttpStatusCode.BadRequest);
        Assert.Contains(known, problem.GetProperty("errors").GetProperty("$.target")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_without_a_checkpoint_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-other-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "MLmodel"), "flavors: {}\n");
        var other = await Versions.RegisterAsync(registry, $"other-{Guid.NewGuid():N}", folder);
        Directory.Delete(folder, recursive: true);
        var problem = await RefusedAsync(
            new { model = $"models:/{other.Name}/{other.Version}", method = "gradcam", image = Convert.ToBase64String(Sample) }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("model.safetensors", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/explanations/00000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("/api/explanations/00000000000000000000000000000000/heatmap.png", HttpStatusCode.NotFound)]
    [InlineData("/api/explanations?model=flowers", HttpStatusCode.BadRequest)]
    [InlineData("/api/explanations", HttpStatusCode.BadRequest)]
    public async Task Wrong_addresses_get_a_problem_document(string path, HttpStatusCode status)
    {
        using var response = await http.GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_description_names_every_address_with_its_request()
    {
        var paths = (await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths");
        foreach (var path in new[] { "/api/explanations", "/api/explanations/batch", "/api/explanations/compare", "/api/predictions" })
        {
            var post = paths.EnumerateObject().Single(found => found.Name.TrimEnd('/') == path).Value.GetProperty("post");
            Assert.True(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
            Assert.NotEmpty(post.GetProperty("summary").GetString()!);
        }
    }

    private string Uri => $"models:/{name}/{version.Version}";

    private static string Text(JsonElement json, string field) => json.GetProperty(field).GetString()!;

    private static void CheckPrediction(JsonElement answer)
    {
        var probabilities = answer.GetProperty("probabilities").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetDouble());
        Assert.Equal(Classes, probabilities.Keys);
        Assert.Equal(1, probabilities.Values.Sum(), 5);
        var best = probabilities.MaxBy(pair => pair.Value);
        Assert.Equal(best.Key, Text(answer, "predicted_class"));
        Assert.Equal(Array.IndexOf(Classes, best.Key), answer.GetProperty("predicted_index").GetInt32());
        Assert.Equal(probabilities.Values.OrderDescending().Take(5), answer.GetProperty("top5").EnumerateArray().Select(score => score.GetProperty("probability").GetDouble()));
    }

    private static byte[] Broken(string kind) => kind switch
    {
        "html" => Encoding.UTF8.GetBytes("<!DOCTYPE html><html><head><title>404</title></head></html>"),
        "text" => Encoding.UTF8.GetBytes("hello"),
        "one-pixel" => PngCodec.Encode(new Image(1, 1)),
        "huge" => Enlarged(Sample),
        "truncated" => Sample[..(Sample.Length / 2)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The image with a header that says 30,000 x 30,000, its CRC put right (PNG specification, 5.3 and annex D).</summary>
    private static byte[] Enlarged(byte[] png)
    {
        var lying = (byte[])png.Clone();
        foreach (var offset in new[] { 16, 20 })
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(lying.AsSpan(offset), 30_000);
        var crc = 0xFFFFFFFFu;
        foreach (var value in lying.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(lying.AsSpan(29), ~crc);
        return lying;
    }

    private static Image Gradient(int width, int height)
    {
        var image = new Image(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                new[] { (byte)(x * 3), (byte)(y * 2), (byte)((x * y) % 251) }.CopyTo(image[x, y]);
        return image;
    }

    private async Task<JsonElement> ExplainAsync(object request)
    {
        using var response = await http.PostAsJsonAsync("/api/explanations", request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<JsonElement> RefusedAsync(object request, HttpStatusCode status)
    {
        using var response = await http.PostAsJsonAsync("/api/explanations", request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}
