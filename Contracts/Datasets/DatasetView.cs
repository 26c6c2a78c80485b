namespace Linnaeus.Contracts;

/// <summary>What a dataset has: <c>GET /api/datasets/summary</c> at the Explainer.</summary>
/// <param name="Dataset">As a spec names it; a folder with its full path.</param>
/// <param name="Fingerprint">SHA-256 over names, files and labels.</param>
/// <param name="SplitOrigin">How the splits came about.</param>
/// <param name="Imbalance">Training images of the largest class as a multiple of the smallest's; 1 is even.</param>
/// <param name="MarksSubjects">Whether it knows which pixels belong to the subject.</param>
/// <param name="Classes">In the order of a network's outputs.</param>
/// <param name="Skipped">Files that were left out.</param>
/// <param name="SkippedFiles">The first of them.</param>
public sealed record DatasetSummary(
    string Dataset, string Fingerprint, string SplitOrigin, double Imbalance, bool MarksSubjects, IReadOnlyList<ClassImages> Classes, int Skipped,
    IReadOnlyList<SkippedImage> SkippedFiles);

/// <summary>Images of one class in each split.</summary>
public sealed record ClassImages(string Class, int Train, int Validation, int Test);

/// <summary>A file that was left out, and why.</summary>
public sealed record SkippedImage(string Id, string Fault);

/// <summary>Some images of a split.</summary>
/// <param name="Total">Of all that were asked for.</param>
public sealed record DatasetSamples(int Total, IReadOnlyList<DatasetSample> Samples);

/// <param name="Id">Unique in the dataset.</param>
public sealed record DatasetSample(string Id, string Class);

/// <summary>Names a dataset: one of both.</summary>
/// <param name="Dataset"><c>synthetic-flowers</c>, <c>flowers102</c> or <c>folder:PATH</c>.</param>
/// <param name="Job">A training, for its dataset with its options.</param>
public sealed record DatasetReference(string? Dataset, string? Job)
{
    /// <summary>As parameters of an address: <c>dataset=flowers102</c>.</summary>
    public string Query => Job is { Length: > 0 } ? $"job={Uri.EscapeDataString(Job)}" : $"dataset={Uri.EscapeDataString(Dataset ?? "")}";
}
