using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Tests;

/// <summary>Runs and model versions as the services would store them.</summary>
internal static class Seeds
{
    /// <summary>A finished run with metrics over <paramref name="steps"/> steps, and its model version.</summary>
    /// <param name="tags">Tags of the run.</param>
    public static async Task<ModelVersionInfo> VersionAsync(
        this RegistryClient registry, string model, double accuracy, int steps = 200, IReadOnlyDictionary<string, string>? tags = null)
    {
        var run = await registry.RunAsync(model, $"{model}-{accuracy:0.00}", accuracy, steps);
        await registry.Runs.LogBatchAsync(run, tags: tags);
        var files = new List<ModelFile>();
        foreach (var (path, text) in new[] { ("MLmodel", "flavors: {}\n"), ("model.json", $$"""{"architecture": "efficientnet_b0", "model": "{{model}}"}"""), ("model.safetensors", "weights") })
        {
            var stored = await registry.Artifacts.UploadBytesAsync(run, $"model/{path}", Encoding.UTF8.GetBytes(text));
            files.Add(stored with { Path = path, Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) });
        }
        var version = await registry.ModelVersions.RegisterAsync(model, new RegisterVersionRequest(run, "model", files));
        await registry.ModelVersions.SetTagAsync(model, version.Version, "test_accuracy", FormattableString.Invariant($"{accuracy}"));
        await registry.ModelVersions.SetTagAsync(model, version.Version, "augmentation", "light");
        return version;
    }

    /// <summary>A finished run with falling loss and accuracy rising to <paramref name="accuracy"/>.</summary>
    public static async Task<string> RunAsync(this RegistryClient registry, string experiment, string name, double accuracy, int steps)
    {
        var id = (await registry.Experiments.GetOrCreateAsync(experiment)).ExperimentId;
        var run = await registry.Runs.CreateAsync(id, name);
        var start = DateTimeOffset.UtcNow.AddSeconds(-steps);
        var metrics = Enumerable.Range(1, steps).SelectMany(step => new[]
        {
            new Metric("train_loss", (2 * Math.Exp(-3.0 * step / steps)) + (0.05 * Math.Sin(step)), start.AddSeconds(step), step),
            new Metric("val_accuracy", accuracy * (1 - Math.Exp(-5.0 * step / steps)), start.AddSeconds(step), step),
        }).Append(new Metric("test_accuracy", accuracy, start.AddSeconds(steps), steps));
        await registry.Runs.LogBatchAsync(run.RunId, [.. metrics], new Dictionary<string, string> { ["learning_rate"] = "0.001", ["augmentation"] = "light" });
        await registry.Runs.UpdateAsync(run.RunId, RunStatus.Finished, DateTimeOffset.UtcNow);
        return run.RunId;
    }
}
