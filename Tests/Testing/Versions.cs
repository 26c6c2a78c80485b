using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;

namespace Linnaeus.Testing;

/// <summary>Registers networks as versions without training.</summary>
public static class Versions
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
            using (var network = Architectures.Create(Architecture.EfficientNetB0, classes.Count, seed: seed))
            {
                if (weights is not null)
                    Weights.Load(network, weights);
                var preprocessing = new Preprocessing { ImageSize = imageSize };
                var description = new ModelDescription { Architecture = network.Architecture.Name(), Classes = classes, Preprocessing = preprocessing };
                ModelFolder.Write(folder, network, describe?.Invoke(description) ?? description);
            }
            return await RegisterAsync(registry, name, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Registers a network with random weights as if trained on synthetic flowers, which have masks.</summary>
    /// <param name="fingerprint">Dataset fingerprint in the description; the dataset's own when absent.</param>
    public static async Task<(ModelVersionInfo Version, Dataset Dataset)> RegisterDrawnAsync(
        RegistryClient registry, string name, int classes, int testPerClass, int imageSize, string? fingerprint = null)
    {
        const int seed = 4;
        var dataset = await Vision.Data.Datasets.OpenAsync("synthetic-flowers", new DatasetOptions
        {
            Synthetic = new SyntheticFlowersOptions { Classes = classes, TrainPerClass = 1, ValPerClass = 0, TestPerClass = testPerClass, Seed = seed },
            ValidationFraction = 0,
        });
        var spec = new TrainingSpec
        {
            Model = "any",
            Dataset = dataset.Name,
            Synthetic = new SyntheticDatasetOptions { Classes = classes, TrainPerClass = 1, ValPerClass = 0, TestPerClass = testPerClass, Seed = seed },
            ValidationFraction = 0,
        };
        var version = await RegisterAsync(registry, name, dataset.Classes, imageSize, describe: description => description with
        {
            TrainingSpec = JsonSerializer.SerializeToElement(spec, ApiJson.Options),
            DatasetFingerprint = fingerprint ?? dataset.Fingerprint,
        });
        return (version, dataset);
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
