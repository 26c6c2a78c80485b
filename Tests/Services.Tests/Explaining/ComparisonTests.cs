using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class ComparisonTests(ServicesFixture services)
{
    private static readonly string[] Classes = ["aster", "bellis", "crocus"];
    private static readonly string[] Images = [PredictionTests.Sample(5), PredictionTests.Sample(6)];

    private readonly HttpClient http = services.Explainer;

    [Fact]
    public async Task A_version_compared_with_itself_is_the_same()
    {
        var model = await RegisterAsync(seed: 3, imageSize: 64);
        var answer = await CompareAsync(new { models = new[] { model, model }, images = Images, method = "gradcam++", layer = "features.4", target = "bellis" });
        Assert.Equal((1.0, 1.0, 2), (Math.Round(answer.MeanRankCorrelation!.Value, 9), answer.MeanTopOverlap, answer.SamePredictions));
        Assert.All(answer.Comparisons, pair => Assert.Equal(pair.Explanations[0].Id, pair.Explanations[1].Id));
        Assert.All(answer.Comparisons, pair => Assert.Equal((true, "bellis"), (pair.SameTarget, pair.Explanations[0].TargetClass)));
    }

    [Fact]
    public async Task Versions_of_other_weights_and_input_size_are_compared_and_their_explanations_stored()
    {
        var (first, second) = (await RegisterAsync(seed: 3, imageSize: 64), await RegisterAsync(seed: 4, imageSize: 96));
        var answer = await CompareAsync(new { models = new[] { first, second }, images = Images, method = "smoothgrad", samples = 2 });
        Assert.Equal(Images.Length, answer.Comparisons.Count);
        foreach (var (image, pair) in Images.Zip(answer.Comparisons))
        {
            Assert.Equal([first, second], pair.Explanations.Select(explanation => explanation.ModelUri));
            Assert.Equal([64, 96], pair.Explanations.Select(explanation => explanation.Shape[1]));
            Assert.InRange(pair.RankCorrelation!.Value, -0.9, 0.9);
            Assert.InRange(pair.TopOverlap, 0, 0.9);
            Assert.Equal(pair.Explanations[0].PredictedClass == pair.Explanations[1].PredictedClass, pair.SamePrediction);
            using var response = await http.PostAsJsonAsync("/api/explanations", new { model = second, method = "smoothgrad", samples = 2, image });
            Assert.Equal(pair.Explanations[1].Id, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        }
        Assert.Equal(answer.Comparisons.Average(pair => pair.RankCorrelation!.Value), answer.MeanRankCorrelation!.Value, 12);
    }

    [Fact]
    public async Task Every_fault_is_named()
    {
        using var response = await http.PostAsJsonAsync(
            "/api/explanations/compare", new { models = new[] { "models:/a/1", "b" }, images = new[] { "?" }, method = "lime", model = "models:/a/1" });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(
            ["$.images[0]", "$.method", "$.model", "$.models[1]"], errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    private async Task<string> RegisterAsync(int seed, int imageSize)
    {
        var version = await Versions.RegisterAsync(services.Registry, $"compared-{Guid.NewGuid():N}", Classes, imageSize, seed: seed);
        return $"models:/{version.Name}/{version.Version}";
    }

    private async Task<ComparisonAnswer> CompareAsync(object request)
    {
        using var response = await http.PostAsJsonAsync("/api/explanations/compare", request);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<ComparisonAnswer>(ApiJson.Options))!;
    }
}
