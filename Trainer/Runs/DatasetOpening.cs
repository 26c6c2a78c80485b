using System.Security.Cryptography;
using Linnaeus.Registry.Client;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;
using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Trainer.Runs;

/// <summary>Opens the dataset of a spec, downloads missing official files and records the dataset with the run.</summary>
internal sealed class DatasetOpening(TrainingSpec spec, RunRecord run, TrainerOptions options, OfficialFiles officialFiles, ILogger logger)
{
    private const string FolderPrefix = DatasetNames.FolderPrefix;

    /// <returns>The dataset and its near duplicates across splits.</returns>
    public async Task<(Dataset Dataset, IReadOnlyList<NearDuplicate> NearDuplicates)> OpenAsync(CancellationToken cancellationToken)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("dataset");
        activity?.SetTag("linnaeus.dataset", spec.Dataset);
        var specification = spec.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? FolderPrefix + options.FullPath(spec.Dataset[FolderPrefix.Length..])
            : spec.Dataset;
        var dataset = await Datasets.OpenAsync(specification, await OptionsAsync(cancellationToken), cancellationToken);
        logger.LogInformation(
            "Dataset {Dataset}: {Train} train, {Validation} validation, {Test} test images of {Classes} classes, {Skipped} files skipped",
            specification, dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count, dataset.Classes.Count, dataset.SkippedFiles.Count);
        return (dataset, await new DatasetRecord(spec, run, logger).WriteAsync(dataset, specification, cancellationToken));
    }

    private async Task<DatasetOptions> OptionsAsync(CancellationToken cancellationToken)
    {
        var drawn = spec.Synthetic ?? new SyntheticDatasetOptions();
        return new DatasetOptions
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
        };
    }

    /// <summary>The folder of the official files, downloaded if needed; the archive only if it is not extracted yet.</summary>
    private async Task<string> FetchFlowersAsync(CancellationToken cancellationToken)
    {
        var shelf = options.Flowers102Shelf;
        foreach (var (name, digest) in Flowers102.Digests)
        {
            if (name != Flowers102.Archive || !Directory.Exists(Path.Combine(shelf.Folder, Flowers102.Images)))
                await officialFiles.GetAsync(new OfficialFile(name, HashAlgorithmName.MD5, digest), shelf, cancellationToken);
        }

        return shelf.Folder;
    }
}
