namespace Aspire.Hosting.Dashboard;

/// <summary>Lines over one time axis, ready to draw. Times in seconds since 1970; a null value is a gap.</summary>
internal sealed record MetricChart(
    InstrumentKind Kind, string Description, string Unit, string Mode, double[] Times, MetricLine[] Lines, string[] Dimensions, int Omitted);

/// <summary>One line; <paramref name="Last"/> is its newest value.</summary>
internal sealed record MetricLine(string Label, double?[] Values, double? Last);

/// <summary>
/// Turns stored series into lines. Gauges run straight from report to report; counters become rates per second (or totals); histograms
/// become the 50th, 90th and 99th percentile over a sliding window (or observations per second).
/// </summary>
/// <param name="Now">End of the axis, milliseconds since 1970.</param>
/// <param name="Range">Length of the axis in milliseconds; 0: from the oldest point.</param>
/// <param name="Total">Counters as running totals.</param>
/// <param name="Rate">Histograms as observations per second.</param>
/// <param name="Only">Label of the one dimension to draw; null: all.</param>
internal sealed record MetricQuery(long Now, long Range, bool Total, bool Rate, string? Only)
{
    private const int Bins = 240;
    private const int MaxLines = 24;
    private static readonly double[] Percentiles = [0.5, 0.9, 0.99];

    public MetricChart Draw(InstrumentInfo info, IReadOnlyCollection<MetricSeries> series)
    {
        var instances = series.Select(s => s.Instance).Distinct().Count() > 1;
        var labelled = series.Select(s => (Label: Label(s, instances), Series: s)).OrderBy(s => s.Label, StringComparer.Ordinal).ToArray();
        var chosen = labelled.Where(s => Only is null || s.Label == Only).ToArray();
        var (start, step) = Axis(chosen.Select(s => FirstTime(s.Series)).DefaultIfEmpty(Now).Min());
        var times = Enumerable.Range(0, Bins + 1).Select(i => start + (i * step)).ToArray();
        var isHistogram = info.Kind == InstrumentKind.Histogram;
        var mode = (info.Kind, Total, Rate) switch
        {
            (InstrumentKind.Histogram, _, false) => "percentiles",
            (InstrumentKind.Histogram, _, true) => "rate",
            (InstrumentKind.Counter, false, _) => "rate",
            (InstrumentKind.Counter, true, _) => "total",
            _ => "value",
        };
        var lines = isHistogram && !Rate
            ? PercentileLines([.. chosen.Select(s => (HistogramSeries)s.Series)], times, step)
            : [.. chosen.Take(MaxLines).Select(s => Line(s.Label, s.Series, times, step, mode))];
        var omitted = isHistogram && !Rate ? 0 : Math.Max(0, chosen.Length - MaxLines);
        return new(
            info.Kind, info.Description, info.Unit, mode, [.. times.Select(t => t / 1000.0)], lines, [.. labelled.Select(s => s.Label)], omitted);
    }

    /// <summary>Whole steps, so that points stay in their bins from one refresh to the next.</summary>
    private (long Start, long Step) Axis(long first)
    {
        var length = Math.Max(Range == 0 ? Now - first : Range, 30_000);
        var step = Math.Max(250, (length + Bins - 1) / Bins);
        return (((Now / step) - Bins) * step, step);
    }

    private static string Label(MetricSeries series, bool instances)
    {
        var parts = series.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}");
        if (instances)
            parts = parts.Append($"instance={series.Instance}");
        return string.Join(", ", parts);
    }

    private static long FirstTime(MetricSeries series) => series switch
    {
        NumberSeries { Points: [var (time, _), ..] } => time,
        HistogramSeries { Points: [var state, ..] } => state.Time,
        _ => long.MaxValue,
    };

    private static MetricLine Line(string label, MetricSeries series, long[] times, long step, string mode)
    {
        var points = series is NumberSeries numbers
            ? [.. numbers.Points.Select(p => (p.Time, p.Value))]
            : ((HistogramSeries)series).Points.Select(p => (p.Time, Value: p.Buckets.Sum())).ToArray();
        var values = mode == "rate" ? Rates(points, times, step) : Straight(points, times, step);
        return new(label, values, values.LastOrDefault(v => v is not null));
    }

    /// <summary>Values on straight lines between the reports, and the last one for as long as the next may take.</summary>
    private static double?[] Straight((long Time, double Value)[] points, long[] times, long step)
    {
        var values = new double?[times.Length];
        var at = -1;
        for (var i = 0; i < times.Length; i++)
        {
            while (at + 1 < points.Length && points[at + 1].Time <= times[i])
                at++;
            if (at < 0 || times[i] > points[^1].Time + Math.Max(step, 5_000))
                continue;
            var value = points[at].Value;
            if (at + 1 < points.Length)
                value += (points[at + 1].Value - value) * (times[i] - points[at].Time) / (points[at + 1].Time - points[at].Time);
            values[i] = double.IsFinite(value) ? value : null;
        }
        return values;
    }

    private static double?[] Rates((long Time, double Value)[] points, long[] times, long step)
    {
        var rising = new Interpolation(points.Select(p => p.Time), points.Select(p => p.Value));
        return [.. times.Select(t => rising.Increase(t - step, t) is { } increase ? increase * 1000 / step : (double?)null)];
    }

    private static MetricLine[] PercentileLines(HistogramSeries[] series, long[] times, long step)
    {
        var bounds = series.FirstOrDefault()?.Bounds ?? [];
        var same = series.Where(s => s.Bounds.AsSpan().SequenceEqual(bounds)).ToArray();
        var max = same.SelectMany(s => s.Points).Select(p => p.Max).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        var buckets = same.Select(s => Enumerable.Range(0, bounds.Length + 1)
            .Select(b => new Interpolation(s.Points.Select(p => p.Time), s.Points.Select(p => p.Buckets[b]))).ToArray()).ToArray();
        var window = Math.Max(step, step * Bins / 30);
        var values = Percentiles.Select(_ => new double?[times.Length]).ToArray();
        for (var i = 0; i < times.Length; i++)
        {
            var counts = new double[bounds.Length + 1];
            foreach (var line in buckets)
            {
                for (var b = 0; b < counts.Length; b++)
                    counts[b] += line[b].Increase(times[i] - window, times[i], clip: true) ?? 0;
            }
            for (var p = 0; p < Percentiles.Length; p++)
                values[p][i] = Percentile(bounds, counts, Percentiles[p], max);
        }
        return [.. Percentiles.Select((p, i) => new MetricLine($"p{p * 100:0}", values[i], values[i].LastOrDefault(v => v is not null)))];
    }

    /// <summary>Quantile by linear interpolation inside its bucket; null without observations.</summary>
    internal static double? Percentile(double[] bounds, double[] counts, double quantile, double max)
    {
        var total = counts.Sum();
        if (total < 1e-9)
            return null;
        var rank = quantile * total;
        var below = 0.0;
        for (var b = 0; b < counts.Length; b++)
        {
            if (counts[b] > 0 && below + counts[b] >= rank)
            {
                var low = b > 0 ? bounds[b - 1] : bounds.Length > 0 ? Math.Min(0, bounds[0]) : 0;
                var high = b < bounds.Length ? bounds[b] : double.IsFinite(max) ? Math.Max(max, low) : low;
                if (double.IsFinite(max))
                    high = Math.Max(low, Math.Min(high, max));
                return low + ((high - low) * (rank - below) / counts[b]);
            }
            below += counts[b];
        }
        return bounds.Length > 0 ? bounds[^1] : null;
    }
}
