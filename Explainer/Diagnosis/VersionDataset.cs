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
    /// <summary>Opens it as the training did and checks that it is still the same.</summary>
    /// <exception cref="ProblemException">422: the version does not say what it was trained on, or that is gone or has changed.</exception>
    public static async Task<Dataset> OpenAsync(ModelUri model, ModelDescription description, ExplainerOptions options, CancellationToken cancellationToken)
    {
        if (description.TrainingSpec?.Deserialize<TrainingSpec>(ApiJson.Options) is not { Dataset.Length: > 0 } spec)
            throw Refused($"{model} does not say what it was trained on (model.json has no training_spec), so its dataset cannot be opened.");
        Dataset dataset;
        try
        {
            dataset = await SpecDataset.OpenAsync(spec, options, cancellationToken);
        }
        catch (DatasetException error)
        {
            throw Refused($"The dataset of {model} cannot be opened: {error.Message}", error);
        }

        if (description.DatasetFingerprint is { } trained && trained != dataset.Fingerprint)
            throw Refused(
                $"The dataset {spec.Dataset} is no longer what {model} was trained on: its fingerprint was {trained} and is {dataset.Fingerprint} now. "
                + "Restore the files, or train a version on the new ones.");
        if (!dataset.Classes.SequenceEqual(description.Classes))
            throw Refused($"The dataset {spec.Dataset} has other classes than {model}: {string.Join(", ", dataset.Classes)}.");
        return dataset;
    }

    private static ProblemException Refused(string message, Exception? inner = null) => new(StatusCodes.Status422UnprocessableEntity, message, inner: inner);
}
