namespace Linnaeus.Vision.Evaluation;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Confidence, e.g. 0.95.</param>
public sealed record ConfidenceInterval(double Low, double High, double Level)
{
    private const double NormalQuantile975 = 1.959963984540054;

    /// <summary>
    /// The 95% score interval of a proportion p = successes / n:
    /// <c>(p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)</c>
    /// (Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927). It stays within 0..1 and is valid for
    /// few images and for proportions near 0 and 1, where the usual p ± z sqrt(p (1 - p) / n) fails.
    /// </summary>
    /// <param name="successes">0 up to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    public static ConfidenceInterval Wilson(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        const double z2 = NormalQuantile975 * NormalQuantile975;
        double n = trials, p = successes / n;
        var center = p + (z2 / (2 * n));
        var reach = NormalQuantile975 * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));
        var scale = 1 + (z2 / n);
        return new ConfidenceInterval(Math.Max(0, (center - reach) / scale), Math.Min(1, (center + reach) / scale), 0.95);
    }
}
