using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Diagnosis;

/// <summary>Selects the images to analyze.</summary>
internal static class SampleSelection
{
    /// <summary>The split, or the requested images of it, in the dataset's order.</summary>
    /// <exception cref="ProblemException">422: an unknown image, or an empty split.</exception>
    public static IReadOnlyList<Sample> Of(Dataset dataset, DiagnosisSpec spec)
    {
        var split = spec.Split switch
        {
            DatasetSplit.Train => dataset.Train,
            DatasetSplit.Validation => dataset.Validation,
            DatasetSplit.Test => dataset.Test,
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Split, "unknown split"),
        };
        if (split.Count == 0)
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"Dataset {dataset.Name} has no {spec.Split.Name()} images. Choose another split.");
        if (spec.Images is not { } asked)
            return split;
        var wanted = asked.ToHashSet();
        var unknown = wanted.Except(split.Select(sample => sample.Id)).ToList();
        if (unknown.Count > 0)
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"The {spec.Split.Name()} split has no image {string.Join(", ", unknown.Take(5).Select(id => $"'{id}'"))}. Its ids look like '{split[0].Id}'.");
        return [.. split.Where(sample => wanted.Contains(sample.Id))];
    }

    /// <summary>The kind of selection: <c>worst_errors</c>, <c>list</c> or <c>all</c>.</summary>
    public static string Describe(DiagnosisSpec spec) => (spec.Images, spec.WorstErrors) switch
    {
        (_, not null) => "worst_errors",
        (not null, _) => "list",
        _ => "all",
    };
}
