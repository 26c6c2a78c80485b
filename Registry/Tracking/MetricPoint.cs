namespace Linnaeus.Registry.Tracking;

/// <summary>A stored point of a metric: infinities are clamped to the largest finite number, NaN is a flag.</summary>
public readonly record struct MetricPoint(string Key, double Value, long Timestamp, long Step, bool IsNan)
{
    public static MetricPoint Of(string key, double value, long timestamp, long step) =>
        double.IsNaN(value) ? new(key, 0, timestamp, step, true)
            : new(key, Math.Clamp(value, -double.MaxValue, double.MaxValue), timestamp, step, false);

    public double Shown => IsNan ? double.NaN : Value;

    /// <summary>Whether this point is later by (step, timestamp, value).</summary>
    public bool IsAfter(MetricPoint other) => (Step, Timestamp, Value).CompareTo((other.Step, other.Timestamp, other.Value)) > 0;
}

/// <summary>The minimum or maximum of a metric and the first step that reached it.</summary>
public readonly record struct MetricExtreme(double Value, long Step);

/// <summary>A metric's last point and its minimum and maximum, which are null while all values are NaN.</summary>
public readonly record struct MetricSummary(MetricPoint Last, MetricExtreme? Min, MetricExtreme? Max)
{
    /// <summary>Summarizes all points of one metric.</summary>
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
        return new MetricSummary(last ?? throw new ArgumentException("There are no points.", nameof(points)), min, max);
    }
}
