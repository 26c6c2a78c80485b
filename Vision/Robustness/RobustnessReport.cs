namespace Linnaeus.Vision.Robustness;

/// <summary>Accuracy under one corruption at one severity.</summary>
/// <param name="Severity">1 (mildest) to 5.</param>
/// <param name="Level">Strength, in the unit of <see cref="CorruptionReport.Meaning"/>.</param>
/// <param name="Accuracy">Accuracy, 0..1.</param>
public sealed record SeverityReport(int Severity, double Level, double Accuracy);

/// <summary>Accuracy under one corruption.</summary>
/// <param name="Name">Name of the <see cref="Corruption"/>.</param>
/// <param name="Meaning">Unit of the levels.</param>
/// <param name="MeanAccuracy">Mean over the severities, 0..1.</param>
/// <param name="RelativeDrop">Relative loss of accuracy: <c>1 - mean accuracy / clean accuracy</c>; null when the clean accuracy is 0.</param>
/// <param name="Severities">From mild to severe.</param>
public sealed record CorruptionReport(string Name, string Meaning, double MeanAccuracy, double? RelativeDrop, IReadOnlyList<SeverityReport> Severities)
{
    internal static CorruptionReport Of(Corruption corruption, IReadOnlyList<double> accuracies, double clean)
    {
        var mean = accuracies.Average();
        return new CorruptionReport(corruption.Name, corruption.Meaning, mean, clean > 0 ? 1 - (mean / clean) : null,
            [.. accuracies.Select((accuracy, i) => new SeverityReport(i + 1, corruption.Levels[i], accuracy))]);
    }
}

/// <summary>Accuracy under all <see cref="Corruptions"/>: the document <c>evaluation/robustness.json</c>.</summary>
public sealed record RobustnessReport
{
    /// <summary>Corrupted images: the split or a stratified subset.</summary>
    public required int Images { get; init; }

    /// <summary>Images of the whole split.</summary>
    public required int SplitImages { get; init; }

    /// <summary>Seed of the image selection and of the corruptions.</summary>
    public required long Seed { get; init; }

    /// <summary>Accuracy on the same images uncorrupted, 0..1.</summary>
    public required double CleanAccuracy { get; init; }

    /// <summary>Mean accuracy over all corruptions and severities, 0..1.</summary>
    public required double MeanAccuracy { get; init; }

    /// <summary>
    /// Mean relative loss of accuracy over the corruptions, <c>1 - mean accuracy / clean accuracy</c>: 0 when nothing
    /// is lost, 1 when everything is, below 0 when corrupted images are classified better; null when the clean accuracy is 0.
    /// </summary>
    public required double? MeanRelativeDrop { get; init; }

    /// <summary>Every corruption in order.</summary>
    public required IReadOnlyList<CorruptionReport> Corruptions { get; init; }
}
