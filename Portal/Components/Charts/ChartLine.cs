using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Components.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="X">Ascending; same length as <paramref name="Y"/>.</param>
/// <param name="Y">Null or NaN is a gap.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double?> Y)
{
    /// <summary>A metric over its steps; the last of several values at a step counts.</summary>
    public static ChartLine Of(string name, MetricSeries series)
    {
        // The series is ordered by step.
        var points = series.Points.GroupBy(p => p.Step).Select(step => step.Last()).ToList();
        return new ChartLine(name, [.. points.Select(p => (double)p.Step)], [.. points.Select(p => p.Value)]);
    }

    /// <summary>
    /// The exponential moving average with bias correction (Adam, Kingma and Ba 2015): m ← w·m + (1 − w)·y, shown as m / (1 − wⁿ).
    /// Gaps stay gaps and do not count.
    /// </summary>
    /// <param name="weight">w in [0, 1): 0 returns the line unchanged, larger is smoother.</param>
    public ChartLine Smoothed(double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(weight, 1);
        var (mean, decay) = (0.0, 1.0);
        return this with
        {
            Y = [.. Y.Select(y =>
            {
                if (!IsValue(y))
                    return y;
                (mean, decay) = ((weight * mean) + ((1 - weight) * y!.Value), decay * weight);
                return (double?)(mean / (1 - decay));
            })],
        };
    }

    public double? Last => Y.LastOrDefault(IsValue);

    public double? Lowest => Y.Where(IsValue).Min();

    public double? Highest => Y.Where(IsValue).Max();

    private static bool IsValue(double? y) => y is { } value && double.IsFinite(value);
}
