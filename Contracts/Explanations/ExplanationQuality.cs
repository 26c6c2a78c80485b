namespace Linnaeus.Contracts;

/// <summary>
/// Quality measures of one explanation. There is no total score, since the measures rank methods differently. Completeness and sparseness
/// are in every <see cref="ExplanationSummary"/>.
/// </summary>
public sealed record ExplanationQuality
{
    /// <summary>
    /// Area under the target's probability as pixels are replaced by the mean color, most important first (Petsiuk, Das and Saenko 2018).
    /// Lower is better.
    /// </summary>
    public required ControlledFigure Deletion { get; init; }

    /// <summary>The same as pixels are revealed on a blurred image. Higher is better.</summary>
    public required ControlledFigure Insertion { get; init; }

    /// <summary>Number of equal steps in which pixels are replaced or revealed.</summary>
    public required int PerturbationSteps { get; init; }

    /// <summary>
    /// Largest relative change of the map under imperceptible noise (Yeh et al. 2019). Lower is better, but a constant map also has 0.
    /// Absent where the map is zero.
    /// </summary>
    public double? MaxSensitivity { get; init; }

    /// <summary>Maximum absolute noise on the normalized input.</summary>
    public required double SensitivityRadius { get; init; }

    /// <summary>Number of noisy copies.</summary>
    public required int SensitivitySamples { get; init; }
}

/// <summary>A measure next to those of uninformative baseline maps; only the difference says something about the explanation.</summary>
/// <param name="Map">Value of the explanation.</param>
/// <param name="Random">Value of a random map of the same resolution.</param>
/// <param name="Centre">Value of a map that falls off from the center.</param>
public sealed record ControlledFigure(double Map, double Random, double Centre);
