using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using TorchSharp;

namespace Linnaeus.Services.Tests.Explaining;

public sealed class PredictionTests(ServicesFixture services)
{
    private static readonly string[] Classes = ["aster", "bellis", "crocus", "dahlia", "erica", "freesia"];

    private readonly HttpClient http = services.Explainer;

    [Fact]
    public async Task Images_are_classified_in_order_and_as_explanations_say()
    {
        var model = (await RegisterAsync((double?)null))[0];
        var images = new[] { Sample(1), Sample(2), Sample(3) };
        var answer = await PredictAsync(model, images);
        Assert.Equal((model, null), (answer.ModelUri, answer.Temperature));
        Assert.Equal(images.Length, answer.Predictions.Count);
        foreach (var (image, prediction) in images.Zip(answer.Predictions))
        {
            using var response = await http.PostAsJsonAsync("/api/explanations", new { model, method = "gradcam", image });
            var explained = await response.Content.ReadFromJsonAsync<ExplanationAnswer>(ApiJson.Options);
            Assert.Equal(explained!.Provenance.ImageSha256, prediction.ImageSha256);
            Assert.Equal((explained.PredictedClass, explained.PredictedIndex), (prediction.PredictedClass, prediction.PredictedIndex));
            Assert.Equal(5, prediction.Top5.Count);
            Assert.Equal(prediction.Probability, prediction.Top5[0].Probability);
            foreach (var (a, b) in explained.Top5.Zip(prediction.Top5))
                Assert.Equal(a.Probability, b.Probability, 5);
        }
    }

    [Fact]
    public async Task Probabilities_are_calibrated_by_the_versions_temperature()
    {
        const double temperature = 2.5;
        var models = await RegisterAsync(null, temperature);
        var (plain, calibrated) = (models[0], models[1]);
        using var response = await http.PostAsJsonAsync("/api/explanations", new { model = plain, method = "gradcam", image = Sample(4) });
        var explained = await response.Content.ReadFromJsonAsync<ExplanationAnswer>(ApiJson.Options);
        // softmax(z / T) is softmax(z) to the power of 1/T, made to sum to 1 again.
        var powers = explained!.Probabilities.ToDictionary(pair => pair.Key, pair => Math.Pow(pair.Value, 1 / temperature));
        var answer = await PredictAsync(calibrated, [Sample(4)]);
        Assert.Equal(temperature, answer.Temperature);
        Assert.All(answer.Predictions[0].Top5, score => Assert.Equal(powers[score.Name] / powers.Values.Sum(), score.Probability, 5));
        Assert.NotEqual(explained.Probability, answer.Predictions[0].Probability, 3);
    }

    [Fact]
    public async Task Every_fault_is_named()
    {
        using var response = await http.PostAsJsonAsync("/api/predictions", new { model = "flowers", images = new object[] { "%", 7 }, top = 3 });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(
            ["$.images[0]", "$.images[1]", "$.model", "$.top"], errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>One network as several versions.</summary>
    private async Task<IReadOnlyList<string>> RegisterAsync(params double?[] temperatures)
    {
        using var network = Architectures.Create(Architecture.EfficientNetB0, Classes.Length, seed: 3);
        using (torch.no_grad())
        {
            using var scope = torch.NewDisposeScope();
            for (var i = 0; i < 5; i++) // batch-norm statistics of some data, or all classes come out alike
                network.call(torch.randn(4, 3, 64, 64));
        }
        var folder = Directory.CreateTempSubdirectory("linnaeus-predicting-").FullName;
        var models = new List<string>();
        foreach (var temperature in temperatures)
        {
            var preprocessing = new Preprocessing { ImageSize = 64 };
            ModelFolder.Write(folder, network, new ModelDescription
            {
                Architecture = network.Architecture.Name(),
                Classes = Classes,
                Preprocessing = preprocessing,
                Temperature = temperature,
            });
            var version = await Versions.RegisterAsync(services.Registry, $"predicting-{Guid.NewGuid():N}", folder);
            models.Add($"models:/{version.Name}/{version.Version}");
        }
        Directory.Delete(folder, recursive: true);
        return models;
    }

    private async Task<PredictionAnswer> PredictAsync(string model, string[] images)
    {
        using var response = await http.PostAsJsonAsync("/api/predictions", new { model, images });
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<PredictionAnswer>(ApiJson.Options))!;
    }

    internal static string Sample(int seed)
    {
        var image = new Image(72, 64);
        new Random(seed).NextBytes(image.Pixels);
        return Convert.ToBase64String(PngCodec.Encode(image));
    }
}
