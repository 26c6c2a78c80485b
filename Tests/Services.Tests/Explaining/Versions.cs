using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Models;

namespace Linnaeus.Services.Tests.Explaining;

/// <summary>Registers networks as versions, without a training.</summary>
internal static class Versions
{
    /// <param name="weights">A safetensors file to load, or random weights.</param>
    /// <param name="describe">Changes the description.</param>
    public static async Task<ModelVersionInfo> RegisterAsync(
        RegistryClient registry, string name, IReadOnlyList<string> classes, int imageSize, string? weights = null,
        Func<ModelDescription, ModelDescription>? describe = null, long seed = 3)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-version-").FullName;
        try
        {
            using (var network = Architectures.Create("efficientnet_b0", classes.Count, seed: seed))
            {
                if (weights is not null)
                    Weights.Load(network, weights);
                var preprocessing = new Preprocessing { ImageSize = imageSize };
                var description = new ModelDescription { Architecture = network.Architecture, Classes = classes, Preprocessing = preprocessing };
                ModelFolder.Write(folder, network, describe?.Invoke(description) ?? description);
            }
            return await RegisterAsync(registry, name, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Uploads every file of a folder and registers them.</summary>
    public static async Task<ModelVersionInfo> RegisterAsync(RegistryClient registry, string name, string folder)
    {
        var experiment = await registry.Experiments.GetOrCreateAsync("explainer-tests");
        var run = await registry.Runs.CreateAsync(experiment.ExperimentId, name);
        var files = new List<ModelFile>();
        foreach (var file in Directory.GetFiles(folder))
            files.Add(await registry.Artifacts.UploadFileAsync(run.RunId, $"model/{Path.GetFileName(file)}", file) with { Path = Path.GetFileName(file) });
        return await registry.ModelVersions.RegisterAsync(name, new RegisterVersionRequest(run.RunId, "model", files));
    }
}
