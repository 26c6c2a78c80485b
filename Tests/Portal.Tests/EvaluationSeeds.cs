using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>Evaluation results as the Trainer stores them with a run.</summary>
internal static class EvaluationSeeds
{
    public const int Images = 200;
    private static readonly string[] Classes = ["daisy", "poppy", "rose", "tulip"];

    /// <summary>A model version tested on 200 images; image i has class i % 4.</summary>
    /// <param name="isWrong">Images that are predicted as the next class.</param>
    public static async Task<ModelVersionInfo> EvaluatedAsync(this RegistryClient registry, string model, Func<int, bool> isWrong, string fingerprint = "sha256:flowers")
    {
        var accuracy = Enumerable.Range(0, Images).Count(i => !isWrong(i)) / (double)Images;
        var version = await registry.VersionAsync(model, accuracy, steps: 20);
        await registry.Runs.LogBatchAsync(version.RunId, parameters: new Dictionary<string, string> { ["training_images"] = $"{1000 * accuracy:0}" });
        await registry.PutAsync(version, "test.json", new { split = "test", fingerprint, classes = Classes, report = new { predictions = Enumerable.Range(0, Images).Select(i => Prediction(i, isWrong(i))) } });
        await registry.PutAsync(version, "calibration.json", new { temperature = 1.4, plain = new { ece = 0.08, bins = Bins(accuracy) }, scaled = new { ece = 0.03 } });
        await registry.PutAsync(version, "robustness.json", new
        {
            report = new
            {
                clean_accuracy = accuracy,
                corruptions = new[] { "blur", "noise", "jpeg" }.Select((name, place) => new
                {
                    name,
                    severities = Enumerable.Range(1, 5).Select(severity => new { severity, accuracy = accuracy * (1 - (0.04 * (place + 1) * severity)) }),
                }),
            },
        });
        return version;
    }

    /// <summary>A stored explanation with its overlay image.</summary>
    public static async Task ExplainedAsync(this RegistryClient registry, ModelVersionInfo version, string image)
    {
        var id = Guid.NewGuid().ToString("N");
        await registry.Artifacts.UploadBytesAsync(version.RunId, $"explanations/{id}/overlay.png", Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAKUlEQVR42hXHQQEAAAiDQIMtzuIQh4Aqr2NCSiCSCS2FSm+el3BjH4oLN9IXwbpeaVgAAAAASUVORK5CYII="));
        await registry.Explanations.PutAsync(new ExplanationRecord
        {
            Id = id,
            Model = version.Name,
            Version = version.Version,
            Method = ExplanationMethod.GradCam,
            RunId = version.RunId,
            ArtifactPath = $"explanations/{id}",
            Summary = JsonSerializer.SerializeToElement(new { predicted_class = "rose", probability = 0.91, provenance = new { image_sha256 = image, target = (string?)null } }),
        });
    }

    private static Task<ModelFile> PutAsync(this RegistryClient registry, ModelVersionInfo version, string document, object content) =>
        registry.Artifacts.UploadBytesAsync(version.RunId, $"evaluation/{document}", JsonSerializer.SerializeToUtf8Bytes(content));

    private static object Prediction(int image, bool isWrong)
    {
        var predicted = (image + (isWrong ? 1 : 0)) % Classes.Length;
        return new
        {
            id = $"test/{image:0000}.jpg",
            label = image % Classes.Length,
            predicted,
            loss = isWrong ? 1.8 : 0.2,
            top = new[] { new { @class = predicted, probability = 0.8 }, new { @class = (predicted + 1) % Classes.Length, probability = 0.1 } },
        };
    }

    private static IEnumerable<object> Bins(double accuracy) => Enumerable.Range(0, 15).Select(bin => bin < 5
        ? new { low = bin / 15.0, high = (bin + 1) / 15.0, images = 0, confidence = (double?)null, accuracy = (double?)null }
        : new { low = bin / 15.0, high = (bin + 1) / 15.0, images = 1 + (bin * 3), confidence = (double?)((bin + 0.5) / 15), accuracy = (double?)Math.Min(1, accuracy * bin / 13) });
}
