namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Points in time order in bounded memory. When it is full, every second point of the older half goes: the far past gets
/// coarser instead of vanishing, so a chart still spans a whole training run. Not thread-safe.
/// </summary>
internal sealed class ThinningSeries<T>(int capacity)
{
    private readonly List<T> _points = [];

    public IReadOnlyList<T> Points => _points;

    /// <summary>Points given up so far.</summary>
    public long Thinned { get; private set; }

    public void Add(T point)
    {
        if (_points.Count >= capacity)
            Thin();
        _points.Add(point);
    }

    public void ReplaceLast(T point) => _points[^1] = point;

    public void Clear() => _points.Clear();

    private void Thin()
    {
        var half = capacity / 2;
        var kept = 0;
        for (var i = 0; i < half; i += 2)
            _points[kept++] = _points[i];
        _points.RemoveRange(kept, half - kept);
        Thinned += half - kept;
    }
}
