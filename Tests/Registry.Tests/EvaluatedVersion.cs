using System.Net.Http.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests;

/// <summary>A version with the evaluation that a run logs.</summary>
internal static class EvaluatedVersion
{
    /// <summary>Registers the next version of a model.</summary>
    /// <param name="http">The Registry.</param>
    /// <param name="name">The model.</param>
    /// <param name="predicted">Predicted class of each test image; image i has label i % 3.</param>
    /// <param name="fingerprint">Fingerprint of the test data.</param>
    /// <param name="metrics">Further metrics of the run, in addition to the test accuracy.</param>
    public static Task<ModelVersionInfo> RegisterAsync(
        HttpClient http, string name, int[] predicted, string fingerprint = "data", params (string Key, double Value)[] metrics) =>
        RegisterAsync(http, name, predicted, fingerprint, null, metrics);

    /// <summary>The same, with checksums of the test images.</summary>
    public static async Task<ModelVersionInfo> RegisterAsync(HttpClient http, string name, int[] predicted, string fingerprint,
        Func<int, string>? sha256, params (string Key, double Value)[] metrics)
    {
        var folder = await UploadedFolder.MakeAsync(http);
        var mlflow = new MlflowWire(http);
        var accuracy = predicted.Select((p, i) => p == i % 3 ? 1.0 : 0).Average();
        foreach (var (key, value) in metrics.Append(("test_accuracy", accuracy)))
            await mlflow.PostAsync("/runs/log-metric", new { run_id = folder.Run, key, value, timestamp = 1, step = 1 });
        await PutAsync(http, folder, "test.json", new
        {
            split = "test",
            fingerprint,
            classes = new[] { "daisy", "rose", "tulip" },
            report = new
            {
                predictions = predicted.Select((p, i) => new
                {
                    id = $"{i:0000}.png",
                    label = i % 3,
                    predicted = p,
                    sha256 = sha256?.Invoke(i),
                    loss = p == i % 3 ? 0.1 : 2.0,
                    top = new[] { new { @class = p, probability = 0.9 }, new { @class = (p + 1) % 3, probability = 0.1 } },
                }),
            },
        });
        return await folder.RegisterAsync(http, name);
    }

    /// <summary>Adds a document to the evaluation of a version's run.</summary>
    public static async Task PutAsync(HttpClient http, UploadedFolder folder, string document, object content) =>
        (await http.PutAsync(folder.Address().Replace("/model", $"/evaluation/{document}", StringComparison.Ordinal), JsonContent.Create(content)))
            .EnsureSuccessStatusCode();

    /// <summary>Predictions on <paramref name="count"/> images, wrong where <paramref name="isWrong"/> is true.</summary>
    public static int[] Predictions(int count, Func<int, bool> isWrong) =>
        [.. Enumerable.Range(0, count).Select(i => (i + (isWrong(i) ? 1 : 0)) % 3)];
}
