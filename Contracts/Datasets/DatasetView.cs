namespace Linnaeus.Contracts;

/// <summary>Contents of a dataset: <c>GET /api/datasets/summary</c> at the Explainer.</summary>
/// <param name="Dataset">As in a spec; a folder with its full path.</param>
/// <param name="Fingerprint">SHA-256 over names, files and labels.</param>
/// <param name="SplitOrigin">Where the splits come from.</param>
/// <param name="Imbalance">Class imbalance ratio: training images of the largest class divided by the smallest's; 1 is balanced.</param>
/// <param name="MarksSubjects">Whether the dataset has segmentation masks.</param>
/// <param name="Classes">In the order of a network's outputs.</param>
/// <param name="Skipped">Number of skipped files.</param>
/// <param name="SkippedFiles">The first skipped files.</param>
public sealed record DatasetSummary(
    string Dataset, string Fingerprint, string SplitOrigin, double Imbalance, bool MarksSubjects, IReadOnlyList<ClassImages> Classes, int Skipped,
    IReadOnlyList<SkippedImage> SkippedFiles);

/// <summary>Images of one class in each split.</summary>
public sealed record ClassImages(string Class, int Train, int Validation, int Test);

/// <summary>A skipped file and the reason.</summary>
public sealed record SkippedImage(string Id, string Fault);

/// <summary>Some images of a split.</summary>
/// <param name="Total">Number of matching images.</param>
public sealed record DatasetSamples(int Total, IReadOnlyList<DatasetSample> Samples);

/// <param name="Id">Unique in the dataset.</param>
public sealed record DatasetSample(string Id, string Class);

/// <summary>Names a dataset; exactly one of the two is set.</summary>
/// <param name="Dataset"><c>synthetic-flowers</c>, <c>flowers102</c> or <c>folder:PATH</c>.</param>
/// <param name="Job">A training job, for its dataset with its options.</param>
public sealed record DatasetReference(string? Dataset, string? Job)
{
    /// <summary>As query parameters: <c>dataset=flowers102</c>.</summary>
    public string Query => Job is { Length: > 0 } ? $"job={Uri.EscapeDataString(Job)}" : $"dataset={Uri.EscapeDataString(Dataset ?? "")}";
}
