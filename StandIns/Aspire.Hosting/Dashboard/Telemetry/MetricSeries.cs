namespace Aspire.Hosting.Dashboard;

/// <summary>One line of an instrument: one resource instance and one set of attributes. Its store locks.</summary>
internal abstract class MetricSeries(string instance, KeyValuePair<string, string>[] attributes)
{
    public string Instance => instance;

    public KeyValuePair<string, string>[] Attributes => attributes;

    /// <summary>Time of the newest point, milliseconds since 1970.</summary>
    public long LastTime { get; protected set; }

    public abstract long Thinned { get; }
}

/// <summary>Values of a gauge or running totals of a sum.</summary>
internal sealed class NumberSeries(string instance, KeyValuePair<string, string>[] attributes) : MetricSeries(instance, attributes)
{
    private readonly ThinningSeries<(long Time, double Value)> _points = new(1024);

    public IReadOnlyList<(long Time, double Value)> Points => _points.Points;

    public override long Thinned => _points.Thinned;

    public void Add(NumberPoint point)
    {
        var points = _points.Points;
        if (points.Count > 0 && point.Time < LastTime)
            return;
        LastTime = point.Time;
        var value = point.Delta && points.Count > 0 ? points[^1].Value + point.Value : point.Value;
        // A flat stretch needs its two ends only.
        if (points.Count > 1 && points[^1].Value.Equals(value) && points[^2].Value.Equals(value))
            _points.ReplaceLast((point.Time, value));
        else
            _points.Add((point.Time, value));
    }
}

/// <summary>Running state of a histogram.</summary>
internal sealed class HistogramSeries(string instance, KeyValuePair<string, string>[] attributes) : MetricSeries(instance, attributes)
{
    private readonly ThinningSeries<HistogramState> _points = new(256);

    public IReadOnlyList<HistogramState> Points => _points.Points;

    /// <summary>Upper bounds of all buckets but the last, which is open.</summary>
    public double[] Bounds { get; private set; } = [];

    public override long Thinned => _points.Thinned;

    public void Add(HistogramPoint point)
    {
        if (!Bounds.AsSpan().SequenceEqual(point.Bounds))
        {
            _points.Clear();
            Bounds = point.Bounds;
        }
        var points = _points.Points;
        if (points.Count > 0 && point.Time < LastTime)
            return;
        LastTime = point.Time;
        var state = new HistogramState(point.Time, point.Buckets, point.Sum, point.Max);
        if (point.Delta && points.Count > 0)
        {
            var last = points[^1];
            state = state with { Buckets = [.. last.Buckets.Zip(point.Buckets, (a, b) => a + b)], Sum = last.Sum + point.Sum };
        }
        if (points.Count > 1 && Same(points[^1], state) && Same(points[^2], state))
            _points.ReplaceLast(state);
        else
            _points.Add(state);
    }

    private static bool Same(HistogramState a, HistogramState b) => a.Buckets.AsSpan().SequenceEqual(b.Buckets);
}

/// <summary>Counts per bucket since the process started; time in milliseconds since 1970.</summary>
internal sealed record HistogramState(long Time, double[] Buckets, double Sum, double Max);
