using System.Globalization;

namespace Linnaeus.Vision.Augmentation;

/// <summary>An interval from which an augmentation draws uniformly.</summary>
public readonly record struct DrawRange
{
    /// <param name="low">Lower end.</param>
    /// <param name="high">Upper end, above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">
    /// The ends are not finite, equal or in the wrong order; a single point is a constant, not an augmentation,
    /// and usually a sign error.
    /// </exception>
    public DrawRange(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"[{low}, {high}] is not a valid range: the upper end must be above the lower end."));
        (Low, High) = (low, high);
    }

    public double Low { get; }

    public double High { get; }

    /// <summary>The interval as it is logged, e.g. <c>[-0.2, 0.3]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low}, {High}]");
}
