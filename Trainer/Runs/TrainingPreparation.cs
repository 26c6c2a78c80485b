using System.Globalization;
using System.Security.Cryptography;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;
using Linnaeus.Vision.Data.Oxford;
using Linnaeus.Vision.Models;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>From a spec to a training ready to run; what was found on the way is recorded with the run.</summary>
internal sealed class TrainingPreparation(TrainingSpec spec, RunRecord run, TrainerOptions options, OfficialFiles officialFiles, string scratch, ILogger logger)
{
    private const string FolderPrefix = "folder:";
    private const string FilePrefix = "file:";
    private const string RegistryPrefix = "models:/";

    /// <summary>Tag of the version that the training begins with; the Registry makes it the parent of the run's version.</summary>
    private const string ParentTag = "linnaeus.parent";

    public async Task<TrainingSetup> PrepareAsync(CancellationToken cancellationToken)
    {
        var device = DeviceChoice.Resolve(spec.Device);
        var (dataset, nearDuplicates) = await OpenDatasetAsync(cancellationToken);
        var sources = BatchSources.Create(spec, dataset, device);
        var network = Architectures.Create(spec.Architecture, dataset.Classes.Count, spec.Dropout, spec.Seed);
        try
        {
            var weights = await InitialiseAsync(network, cancellationToken);
            network.to(device);
            await RecordAsync(network, sources, device, weights, cancellationToken);
            await new Previews(run, sources, spec.Seed).UploadAsync(dataset, cancellationToken);
            return new TrainingSetup(device, dataset, network, sources, CreateLoop(network, dataset, sources)) { NearDuplicates = nearDuplicates };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private TrainingLoop CreateLoop(ImageClassifier network, Dataset dataset, BatchSources sources)
    {
        if (spec.EarlyStopping is not null && sources.Validation is null)
            throw new JobFaultException(
                $"The spec asks for early stopping, but {spec.Dataset} has no validation images. Set validation_fraction, or leave early_stopping out.");
        var weights = spec.ClassBalance == "weights" ? ClassWeights.Balanced(dataset.Train, dataset.Classes.Count) : null;
        return new TrainingLoop(network, sources.Train, sources.Validation, Recipe.Of(spec), weights);
    }

    private async Task<(Dataset Dataset, IReadOnlyList<NearDuplicate> NearDuplicates)> OpenDatasetAsync(CancellationToken cancellationToken)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("dataset");
        activity?.SetTag("linnaeus.dataset", spec.Dataset);
        var specification = spec.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? FolderPrefix + options.FullPath(spec.Dataset[FolderPrefix.Length..])
            : spec.Dataset;
        var drawn = spec.Synthetic ?? new SyntheticDatasetOptions();
        var dataset = await Datasets.OpenAsync(specification, new DatasetOptions
        {
            ValidationFraction = spec.ValidationFraction,
            Seed = spec.Seed,
            Subset = spec.Subset is { } subset
                ? new DatasetSubset { MaxTrain = subset.MaxTrain, MaxValidation = subset.MaxValidation, MaxTest = subset.MaxTest, Seed = subset.Seed }
                : null,
            Flowers102Folder = spec.Dataset == Flowers102.Name ? await FetchFlowersAsync(cancellationToken) : null,
            Synthetic = new SyntheticFlowersOptions
            {
                Classes = drawn.Classes,
                TrainPerClass = drawn.TrainPerClass,
                ValPerClass = drawn.ValPerClass,
                TestPerClass = drawn.TestPerClass,
                Seed = drawn.Seed,
            },
        }, cancellationToken);
        logger.LogInformation(
            "Dataset {Dataset}: {Train} train, {Validation} validation, {Test} test images of {Classes} classes, {Skipped} files skipped",
            specification, dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count, dataset.Classes.Count, dataset.SkippedFiles.Count);
        return (dataset, await new DatasetRecord(spec, run, logger).WriteAsync(dataset, specification, cancellationToken));
    }

    /// <summary>The folder of the official files, all of them in it; the archive only where it is not unpacked yet.</summary>
    private async Task<string> FetchFlowersAsync(CancellationToken cancellationToken)
    {
        var shelf = options.Flowers102Shelf;
        foreach (var (name, digest) in Flowers102.Digests)
        {
            if (name != Flowers102.Archive || !Directory.Exists(Path.Combine(shelf.Folder, Flowers102.Pictures)))
                await officialFiles.GetAsync(new OfficialFile(name, HashAlgorithmName.MD5, digest), shelf, cancellationToken);
        }

        return shelf.Folder;
    }

    private async Task<WeightsReport> InitialiseAsync(ImageClassifier network, CancellationToken cancellationToken)
    {
        if (spec.Weights == "imagenet")
        {
            var file = await officialFiles.GetAsync(ImageNetWeights.Of(spec.Architecture), options.WeightsShelf, cancellationToken);
            return Weights.TransferFromFile(network, file, spec.Weights);
        }
        if (spec.Weights.StartsWith(FilePrefix, StringComparison.Ordinal))
            return Weights.Initialise(network, FilePrefix + options.FullPath(spec.Weights[FilePrefix.Length..]));
        if (!spec.Weights.StartsWith(RegistryPrefix, StringComparison.Ordinal))
            return Weights.Initialise(network, spec.Weights);
        var folder = Path.Combine(scratch, "weights");
        Directory.CreateDirectory(folder);
        var version = await ParentAsync(cancellationToken);
        foreach (var name in new[] { ModelFolder.WeightsFile, ModelFolder.DescriptionFile })
        {
            var file = version.Files.FirstOrDefault(file => file.Path == name)
                ?? throw new JobFaultException($"{spec.Weights} has no {name}: training cannot begin from it.");
            var artifact = ArtifactUri.OfRun(version.RunId, $"{version.ArtifactPath}/{name}");
            await run.PatientlyAsync(
                () => run.Registry.Artifacts.DownloadFileAsync(artifact, Path.Combine(folder, name), file.Sha256, cancellationToken), cancellationToken);
        }
        return Weights.TransferFromFolder(network, folder, spec.Weights);
    }

    /// <summary>The version to begin with. A run that goes on begins with the one it had, wherever its alias points by now.</summary>
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
            throw new JobFaultException($"The spec asks to begin with {uri}: {error.Message}", error);
        }
    }

    private async Task RecordAsync(
        ImageClassifier network, BatchSources sources, torch.Device device, WeightsReport weights, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(sources.Effective)
        {
            ["model.parameters"] = network.parameters().Sum(parameter => parameter.numel()).ToString(CultureInfo.InvariantCulture),
            ["steps_per_epoch"] = sources.Train.BatchCount.ToString(CultureInfo.InvariantCulture),
        };
        parameters.Remove("augmentation"); // the spec's own is on record
        await run.LogParamsAsync(parameters, cancellationToken);
        // Tags, not params: another worker may go on with this run on another machine.
        await run.SetTagsAsync(new Dictionary<string, string>
        {
            ["linnaeus.device"] = device.ToString(),
            ["linnaeus.threads"] = torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["linnaeus.torch"] = torch.__version__,
            ["linnaeus.weights"] = weights.Message,
            ["linnaeus.host"] = Environment.MachineName,
        }, cancellationToken);
    }
}
