using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary><c>GET /api/models/{name}/compare?versions=3,4</c>: compares 2 to 6 versions; the first is the baseline.</summary>
public sealed record VersionComparison
{
    public required IReadOnlyList<ComparedVersion> Versions { get; init; }

    /// <summary>Every metric of at least one version.</summary>
    public required IReadOnlyList<ComparedValues<double?>> Metrics { get; init; }

    /// <summary>
    /// Fields of the training specs that differ, as JSON paths; a version without the field has null. Where a version was not trained by a
    /// job, the params of the runs that differ.
    /// </summary>
    public required IReadOnlyList<ComparedValues<JsonElement?>> SpecDifferences { get; init; }

    /// <summary>Each candidate against the baseline.</summary>
    public required IReadOnlyList<VersionPair> Pairs { get; init; }

    /// <summary>Accuracy under corruptions, where measured.</summary>
    public required IReadOnlyList<RobustnessPoint> Robustness { get; init; }

    /// <summary>Explanations of the same image by the same method for the same target, from at least two versions.</summary>
    public required IReadOnlyList<ExplanationPair> Explanations { get; init; }

    /// <summary>How the confidence intervals were computed.</summary>
    public required BootstrapInfo Bootstrap { get; init; }
}

/// <summary>One of the compared versions.</summary>
public sealed record ComparedVersion
{
    public required string Model { get; init; }
    public required string Version { get; init; }
    public string? RunId { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Fingerprint of the test data.</summary>
    public string? TestFingerprint { get; init; }
    public int TestImages { get; init; }

    /// <summary>The run's <c>evaluation/calibration.json</c>, with the reliability curve.</summary>
    public JsonElement? Calibration { get; init; }
}

/// <summary>A value of each version, in the order of <see cref="VersionComparison.Versions"/>; null where a version has none.</summary>
public sealed record ComparedValues<T>(string Name, IReadOnlyList<T> Values);

/// <summary>Accuracy of each version, in their order, under a corruption.</summary>
/// <param name="Corruption">Name; <c>none</c> for the same images without corruption.</param>
/// <param name="Severity">1 (mildest) to 5; 0 without corruption.</param>
/// <param name="Accuracies">0..1; null where a version was not tested.</param>
public sealed record RobustnessPoint(string Corruption, int Severity, IReadOnlyList<double?> Accuracies);

/// <summary>How the confidence intervals were computed.</summary>
/// <param name="Samples">Bootstrap resamples of the test images.</param>
/// <param name="Seed">Random seed; the same seed gives the same intervals.</param>
/// <param name="Confidence">0.95.</param>
public sealed record BootstrapInfo(int Samples, int Seed, double Confidence);

/// <summary>Two versions on the same test images.</summary>
public sealed record VersionPair
{
    /// <summary>MODEL/VERSION.</summary>
    public required string First { get; init; }
    public required string Second { get; init; }

    /// <summary>Why paired metrics are not available; absent when they are.</summary>
    public string? Refusal { get; init; }
    public PairedStatistics? Statistics { get; init; }
}

/// <summary>
/// Statistics of the paired predictions. Gained images are correct only in the candidate (second), lost images only in the baseline
/// (first).
/// </summary>
public sealed record PairedStatistics
{
    public required int Images { get; init; }
    public required IReadOnlyList<MetricDifference> Differences { get; init; }
    public required int Gained { get; init; }
    public required int Lost { get; init; }

    /// <summary>McNemar's exact test, two-sided, 0..1.</summary>
    public required double McnemarP { get; init; }

    /// <summary>Classes with changes, the greatest change first.</summary>
    public required IReadOnlyList<ClassChange> Classes { get; init; }

    /// <summary>Changed predictions: images that exactly one of the two classifies correctly, lost ones first; at most 1,000.</summary>
    public required IReadOnlyList<VerdictChange> Changes { get; init; }
}

/// <summary>A metric of both versions, computed from the paired predictions.</summary>
/// <param name="Metric"><c>accuracy</c>, <c>top5_accuracy</c> and <c>macro_f1</c> in 0..1, <c>loss</c> in nats.</param>
/// <param name="Difference">Second minus first.</param>
/// <param name="Low">Lower end of the 95% CI of the difference.</param>
/// <param name="High">Upper end of the 95% CI.</param>
public sealed record MetricDifference(string Metric, double First, double Second, double Difference, double Low, double High);

/// <summary>A class: its images, how many each version classifies correctly, and the changes.</summary>
public sealed record ClassChange([property: JsonPropertyName("class")] string Name, int Images, int First, int Second, int Gained, int Lost);

/// <summary>An image with a changed prediction.</summary>
/// <param name="Image">Name in the dataset.</param>
/// <param name="First">Class predicted by the baseline.</param>
/// <param name="Second">Class predicted by the candidate.</param>
/// <param name="Gained">From incorrect to correct.</param>
/// <param name="Sha256">Of the image file; absent in older evaluations.</param>
public sealed record VerdictChange(string Image, string Label, string First, string Second, bool Gained, string? Sha256 = null);

/// <summary>The newest explanations of one image, in the order of the versions; null where a version has none.</summary>
/// <param name="Method">E.g. <c>gradcam</c>.</param>
/// <param name="ImageSha256">SHA-256 of the image file.</param>
/// <param name="Target">The requested class, by name or index; absent where each version explains the class that it predicts.</param>
public sealed record ExplanationPair(ExplanationMethod Method, string ImageSha256, string? Target, IReadOnlyList<ExplanationRecord?> Explanations);
