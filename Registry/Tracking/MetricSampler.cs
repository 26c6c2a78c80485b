namespace Linnaeus.Registry.Tracking;

/// <summary>
/// Downsamples a long series for charts: of each of many equal stretches it keeps the minimum, the maximum and one NaN,
/// and of the whole the first and the last point. A short series is kept unchanged.
/// </summary>
/// <param name="count">Points in the series.</param>
/// <param name="points">Maximum number of points to keep; at least 10.</param>
/// <param name="anyNan">Whether the series contains NaN.</param>
internal sealed class MetricSampler(long count, int points, bool anyNan)
{
    private readonly long _stretches = Math.Max(1, (points - 2) / (anyNan ? 3 : 2));
    private readonly List<MetricPoint> _kept = [];
    private readonly SortedDictionary<long, MetricPoint> _stretch = [];
    private (long Index, MetricPoint Point)? _low, _high, _nan, _last;
    private long _current;
    private long _next;

    public void Add(MetricPoint point)
    {
        var index = _next++;
        if (count <= points)
        {
            _kept.Add(point);
            return;
        }
        // A point may have been logged since the count.
        var stretch = Math.Min(_stretches - 1, (long)((Int128)index * _stretches / count));
        if (stretch != _current) CloseStretch();
        _current = stretch;
        if (index == 0) _stretch[0] = point;
        if (point.IsNan) _nan ??= (index, point);
        else
        {
            if (_low is not { } low || point.Value < low.Point.Value) _low = (index, point);
            if (_high is not { } high || point.Value > high.Point.Value) _high = (index, point);
        }
        _last = (index, point);
    }

    /// <summary>The kept points in their original order.</summary>
    public IReadOnlyList<MetricPoint> Finish()
    {
        if (_last is { } last) _stretch[last.Index] = last.Point;
        CloseStretch();
        return _kept;
    }

    private void CloseStretch()
    {
        foreach (var kept in new[] { _low, _high, _nan })
            if (kept is { } point) _stretch[point.Index] = point.Point;
        _kept.AddRange(_stretch.Values);
        _stretch.Clear();
        (_low, _high, _nan) = (null, null, null);
    }
}
