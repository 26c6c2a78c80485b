using System.Text.Json;
using Linnaeus.Explainer.Datasets;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>The dataset that a version was trained on.</summary>
internal static class VersionDataset
{
    /// <summary>Opens the dataset as the Trainer did and checks that it is unchanged.</summary>
    /// <exception cref="ProblemException">422: the version does not name its dataset, or the dataset is missing or has changed.</exception>
    public static async Task<Dataset> OpenAsync(ModelUri model, ModelDescription description, ExplainerOptions options, CancellationToken cancellationToken)
    {
        if (description.TrainingSpec?.Deserialize<TrainingSpec>(ApiJson.Options) is not { Dataset.Length: > 0 } spec)
            throw Refused($"Cannot open the dataset of {model}: its model.json has no training_spec.");
        Dataset dataset;
        try
        {
            dataset = await SpecDataset.OpenAsync(spec, options, cancellationToken);
        }
        catch (DatasetException error)
        {
            throw Refused($"Cannot open the dataset of {model}: {error.Message}", error);
        }

        if (description.DatasetFingerprint is { } trained && trained != dataset.Fingerprint)
            throw Refused(
                $"Dataset {spec.Dataset} has changed since {model} was trained: its fingerprint was {trained} and is now {dataset.Fingerprint}. "
                + "Restore the files, or train a new version.");
        if (!dataset.Classes.SequenceEqual(description.Classes))
            throw Refused($"Dataset {spec.Dataset} has different classes than {model}: {string.Join(", ", dataset.Classes)}.");
        return dataset;
    }

    private static ProblemException Refused(string message, Exception? inner = null) => new(StatusCodes.Status422UnprocessableEntity, message, inner: inner);
}
