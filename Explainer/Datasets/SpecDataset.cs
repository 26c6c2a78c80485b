using Linnaeus.Registry.Client;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Datasets;

/// <summary>Opens the dataset of a spec as the Trainer does, but never downloads official files.</summary>
internal static class SpecDataset
{
    public const string FolderPrefix = DatasetNames.FolderPrefix;

    /// <exception cref="DatasetException">The dataset is unknown, missing or unusable.</exception>
    public static Task<Dataset> OpenAsync(TrainingSpec spec, ExplainerOptions options, CancellationToken cancellationToken)
    {
        var specification = spec.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? FolderPrefix + options.FullPath(spec.Dataset[FolderPrefix.Length..])
            : spec.Dataset;
        return Vision.Data.Datasets.OpenAsync(specification, Options(spec, options), cancellationToken);
    }

    private static DatasetOptions Options(TrainingSpec spec, ExplainerOptions options)
    {
        var drawn = spec.Synthetic ?? new SyntheticDatasetOptions();
        return new DatasetOptions
        {
            ValidationFraction = spec.ValidationFraction,
            Seed = spec.Seed,
            Subset = spec.Subset is { } subset
                ? new DatasetSubset { MaxTrain = subset.MaxTrain, MaxValidation = subset.MaxValidation, MaxTest = subset.MaxTest, Seed = subset.Seed }
                : null,
            Flowers102Folder = options.Flowers102Folder,
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
}
