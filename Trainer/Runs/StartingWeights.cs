using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;

namespace Linnaeus.Trainer.Runs;

/// <summary>Loads the initial weights of a spec: random, official, from a file or from a model version.</summary>
internal sealed class StartingWeights(TrainingSpec spec, RunRecord run, TrainerOptions options, OfficialFiles officialFiles, string scratch)
{
    private const string FilePrefix = "file:";
    private const string RegistryPrefix = "models:/";

    /// <summary>Tag that names the fine-tuned version; the Registry records it as the parent of the run's version.</summary>
    private const string ParentTag = "linnaeus.parent";

    /// <param name="network">With random weights.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="JobFaultException">The weights are unavailable or do not fit.</exception>
    public async Task<WeightsReport> PutIntoAsync(ImageClassifier network, CancellationToken cancellationToken)
    {
        if (spec.Weights == "imagenet")
        {
            var file = await officialFiles.GetAsync(ImageNetWeights.Of(spec.Architecture), options.WeightsShelf, cancellationToken);
            return Weights.TransferFromFile(network, file, spec.Weights);
        }
        if (spec.Weights.StartsWith(FilePrefix, StringComparison.Ordinal))
            return Weights.Initialize(network, FilePrefix + options.FullPath(spec.Weights[FilePrefix.Length..]));
        return spec.Weights.StartsWith(RegistryPrefix, StringComparison.Ordinal)
            ? Weights.TransferFromFolder(network, await DownloadAsync(cancellationToken), spec.Weights)
            : Weights.Initialize(network, spec.Weights);
    }

    /// <summary>Downloads a version's weights and description; returns the folder.</summary>
    private async Task<string> DownloadAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(scratch, "weights");
        Directory.CreateDirectory(folder);
        var version = await ParentAsync(cancellationToken);
        foreach (var name in new[] { ModelFolder.WeightsFile, ModelFolder.DescriptionFile })
        {
            var file = version.Files.FirstOrDefault(file => file.Path == name)
                ?? throw new JobFaultException($"{spec.Weights} has no {name} and cannot be used as initial weights.");
            var artifact = ArtifactUri.OfRun(version.RunId, $"{version.ArtifactPath}/{name}");
            await run.PatientlyAsync(
                () => run.Registry.Artifacts.DownloadFileAsync(artifact, Path.Combine(folder, name), file.Sha256, cancellationToken), cancellationToken);
        }
        return folder;
    }

    /// <summary>The version to fine-tune. A resumed run keeps its version even if the alias has moved.</summary>
    private async Task<ModelVersionInfo> ParentAsync(CancellationToken cancellationToken)
    {
        var known = await run.GetAsync(cancellationToken);
        if (known.Tags.TryGetValue(ParentTag, out var pinned))
            return await FindAsync(pinned, cancellationToken);
        var version = await FindAsync(spec.Weights, cancellationToken);
        await run.SetTagsAsync(new Dictionary<string, string> { [ParentTag] = $"models:/{version.Name}/{version.Version}" }, cancellationToken);
        return version;
    }

    private async Task<ModelVersionInfo> FindAsync(string uri, CancellationToken cancellationToken)
    {
        try
        {
            return await run.PatientlyAsync(() => run.Registry.ModelVersions.GetAsync(uri, cancellationToken), cancellationToken);
        }
        catch (RegistryException error) when (!error.IsTransient)
        {
            throw new JobFaultException($"Cannot load the initial weights {uri}: {error.Message}", error);
        }
    }
}
