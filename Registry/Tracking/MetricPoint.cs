namespace Linnaeus.Registry.Tracking;

/// <summary>A point of a metric as it is stored: infinities clamped to the largest finite number, NaN as a flag.</summary>
public readonly record struct MetricPoint(string Key, double Value, long Timestamp, long Step, bool IsNan)
{
    public static MetricPoint Of(string key, double value, long timestamp, long step) =>
        double.IsNaN(value) ? new(key, 0, timestamp, step, true)
            : new(key, Math.Clamp(value, -double.MaxValue, double.MaxValue), timestamp, step, false);

    public double Shown => IsNan ? double.NaN : Value;

    /// <summary>Whether this point is the later one by (step, timestamp, value).</summary>
    public bool IsAfter(MetricPoint other) => (Step, Timestamp, Value).CompareTo((other.Step, other.Timestamp, other.Value)) > 0;
}

/// <summary>The lowest or highest value of a metric and the first step that reached it.</summary>
public readonly record struct MetricExtreme(double Value, long Step);

/// <summary>A metric in short: its last point and its extremes, which are null while there is nothing but NaN.</summary>
public readonly record struct MetricSummary(MetricPoint Last, MetricExtreme? Min, MetricExtreme? Max)
{
    /// <summary>Of all points of one metric.</summary>
    public static MetricSummary Of(IEnumerable<MetricPoint> points)
    {
        MetricPoint? last = null;
        MetricExtreme? min = null, max = null;
        foreach (var point in points)
        {
            if (last is null || point.IsAfter(last.Value)) last = point;
            if (point.IsNan) continue;
            var extreme = new MetricExtreme(point.Value, point.Step);
            if (min is not { } low || (point.Value, point.Step).CompareTo((low.Value, low.Step)) < 0) min = extreme;
            if (max is not { } high || (point.Value, -point.Step).CompareTo((high.Value, -high.Step)) > 0) max = extreme;
        }
        return new MetricSummary(last ?? throw new ArgumentException("no points", nameof(points)), min, max);
    }
}
