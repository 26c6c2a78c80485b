namespace Linnaeus.Contracts;

/// <summary>
/// Measures of one explanation, each for itself: they rank methods differently, so there is no score of all. Completeness and sparseness are in every
/// <see cref="ExplanationSummary"/>.
/// </summary>
public sealed record ExplanationQuality
{
    /// <summary>
    /// Area under the target's probability as pixels are replaced by the mean colour, most important first (Petsiuk, Das and Saenko 2018). Low is good.
    /// </summary>
    public required ControlledFigure Deletion { get; init; }

    /// <summary>The same as pixels are revealed on a blurred picture. High is good.</summary>
    public required ControlledFigure Insertion { get; init; }

    /// <summary>Equal parts in which pixels were replaced and revealed.</summary>
    public required int PerturbationSteps { get; init; }

    /// <summary>
    /// Largest relative change of the map under noise that the eye does not see (Yeh et al. 2019). Low is good, but a map that never changes has 0 too.
    /// Absent where the map is zero.
    /// </summary>
    public double? MaxSensitivity { get; init; }

    /// <summary>Largest change of a value of the normalised input in that noise.</summary>
    public required double SensitivityRadius { get; init; }

    /// <summary>Noisy copies tried.</summary>
    public required int SensitivitySamples { get; init; }
}

/// <summary>A figure beside those of maps that know nothing of the network: only the difference tells something of the explanation.</summary>
/// <param name="Map">Of the explanation.</param>
/// <param name="Random">Of a random map of the same grain.</param>
/// <param name="Centre">Of the closeness to the middle.</param>
public sealed record ControlledFigure(double Map, double Random, double Centre);
