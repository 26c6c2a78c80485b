using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary><c>GET /api/models/{name}/compare?versions=3,4</c>: 2 to 6 versions; the others are measured by the first.</summary>
public sealed record VersionComparison
{
    public required IReadOnlyList<ComparedVersion> Versions { get; init; }

    /// <summary>Every metric that a version has.</summary>
    public required IReadOnlyList<ComparedValues<double?>> Metrics { get; init; }

    /// <summary>
    /// The places at which the training specs differ, as JSON paths; a version without the place has null. Where a version was not trained by a
    /// job, the params of the runs that differ.
    /// </summary>
    public required IReadOnlyList<ComparedValues<JsonElement?>> SpecDifferences { get; init; }

    /// <summary>Each further version against the first.</summary>
    public required IReadOnlyList<VersionPair> Pairs { get; init; }

    /// <summary>Accuracy under corruptions, as far as a version was tested under them.</summary>
    public required IReadOnlyList<RobustnessPoint> Robustness { get; init; }

    /// <summary>Explanations of the same image by the same method for the same target, of two versions at least.</summary>
    public required IReadOnlyList<ExplanationPair> Explanations { get; init; }

    /// <summary>How the intervals were made.</summary>
    public required BootstrapInfo Bootstrap { get; init; }
}

/// <summary>One of the versions compared.</summary>
public sealed record ComparedVersion
{
    public required string Model { get; init; }
    public required string Version { get; init; }
    public string? RunId { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the data it was tested on.</summary>
    public string? TestFingerprint { get; init; }
    public int TestImages { get; init; }

    /// <summary>The run's <c>evaluation/calibration.json</c>, with the reliability curve.</summary>
    public JsonElement? Calibration { get; init; }
}

/// <summary>A value of each version, in the order of <see cref="VersionComparison.Versions"/>; null where a version has none.</summary>
public sealed record ComparedValues<T>(string Name, IReadOnlyList<T> Values);

/// <summary>Accuracy of each version, in their order, under a corruption.</summary>
/// <param name="Corruption">Its name; <c>none</c> for the same images as they are.</param>
/// <param name="Severity">1 (mildest) to 5; 0 without corruption.</param>
/// <param name="Accuracies">0..1; null where a version was not tested.</param>
public sealed record RobustnessPoint(string Corruption, int Severity, IReadOnlyList<double?> Accuracies);

/// <summary>How the intervals were made.</summary>
/// <param name="Samples">Resamples of the test images.</param>
/// <param name="Seed">Of the draws; the same seed gives the same intervals.</param>
/// <param name="Confidence">0.95.</param>
public sealed record BootstrapInfo(int Samples, int Seed, double Confidence);

/// <summary>Two versions on the same test images.</summary>
public sealed record VersionPair
{
    /// <summary>MODEL/VERSION.</summary>
    public required string First { get; init; }
    public required string Second { get; init; }

    /// <summary>Why there are no paired statistics; absent when there are.</summary>
    public string? Refusal { get; init; }
    public PairedStatistics? Statistics { get; init; }
}

/// <summary>What the paired predictions say. Gained means that the second alone is right, lost that the first alone is.</summary>
public sealed record PairedStatistics
{
    public required int Images { get; init; }
    public required IReadOnlyList<MetricDifference> Differences { get; init; }
    public required int Gained { get; init; }
    public required int Lost { get; init; }

    /// <summary>McNemar's exact test, two-sided, 0..1.</summary>
    public required double McnemarP { get; init; }

    /// <summary>Classes in which something changed, the greatest change first.</summary>
    public required IReadOnlyList<ClassChange> Classes { get; init; }

    /// <summary>Images that one of the two has right and the other wrong, lost ones first; at most 1,000.</summary>
    public required IReadOnlyList<VerdictChange> Changes { get; init; }
}

/// <summary>A metric of both versions, computed from the paired predictions.</summary>
/// <param name="Metric"><c>accuracy</c>, <c>top5_accuracy</c> and <c>macro_f1</c> in 0..1, <c>loss</c> in nats.</param>
/// <param name="Difference">Second minus first.</param>
/// <param name="Low">Lower end of the difference's 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record MetricDifference(string Metric, double First, double Second, double Difference, double Low, double High);

/// <summary>A class: its images, how many of them each version has right, and what changed.</summary>
public sealed record ClassChange([property: JsonPropertyName("class")] string Name, int Images, int First, int Second, int Gained, int Lost);

/// <summary>An image whose verdict changed.</summary>
/// <param name="Image">Its name in the dataset.</param>
/// <param name="Label">Its class.</param>
/// <param name="First">The class that the first version took it for.</param>
/// <param name="Second">The class that the second took it for.</param>
/// <param name="Gained">From wrong to right.</param>
/// <param name="Sha256">Of its file; absent in older evaluations.</param>
public sealed record VerdictChange(string Image, string Label, string First, string Second, bool Gained, string? Sha256 = null);

/// <summary>The newest explanations of one image, in the order of the versions; null where a version has none.</summary>
/// <param name="Method">E.g. <c>gradcam</c>.</param>
/// <param name="ImageSha256">Of the image's file.</param>
/// <param name="Target">The class asked for, by name or index; absent where each version explains the class that it predicts.</param>
public sealed record ExplanationPair(ExplanationMethod Method, string ImageSha256, string? Target, IReadOnlyList<ExplanationRecord?> Explanations);
