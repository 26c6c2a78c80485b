namespace Aspire.Hosting.Dashboard;

/// <summary>Name of an instrument: service, meter and name together.</summary>
internal readonly record struct InstrumentKey(string Resource, string Meter, string Name);

/// <summary>An instrument in the tree.</summary>
internal sealed record InstrumentInfo(InstrumentKey Key, InstrumentKind Kind, string Description, string Unit, int Series);

/// <summary>All metric series, each in bounded memory, and at most so many of them. Thread-safe.</summary>
internal sealed class MetricStore(int maxSeries = 2_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<InstrumentKey, Instrument> _instruments = [];
    private int _series;
    private long _dropped;

    /// <summary>Series held and dropped. Dropped counts series that had to make room and metrics of a kind that is not drawn.</summary>
    public StoreUse Use
    {
        get
        {
            lock (_gate)
                return new(_series, maxSeries, _dropped);
        }
    }

    public void Add(MetricBatch batch)
    {
        lock (_gate)
        {
            _dropped += batch.Unsupported;
            foreach (var point in batch.Numbers)
                (Series(point.Head, point.Kind, point.Attributes) as NumberSeries)?.Add(point);
            foreach (var point in batch.Histograms)
                (Series(point.Head, InstrumentKind.Histogram, point.Attributes) as HistogramSeries)?.Add(point);
        }
    }

    public InstrumentInfo[] Instruments()
    {
        lock (_gate)
        {
            return [.. _instruments.Select(i => new InstrumentInfo(i.Key, i.Value.Kind, i.Value.Description, i.Value.Unit, i.Value.Series.Count))
                .OrderBy(i => i.Key.Resource, StringComparer.Ordinal).ThenBy(i => i.Key.Meter, StringComparer.Ordinal)
                .ThenBy(i => i.Key.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Reads an instrument's series under the lock; default when there is no such instrument.</summary>
    public TResult? Read<TResult>(InstrumentKey key, Func<InstrumentInfo, IReadOnlyCollection<MetricSeries>, TResult> read)
    {
        lock (_gate)
        {
            return _instruments.TryGetValue(key, out var i)
                ? read(new(key, i.Kind, i.Description, i.Unit, i.Series.Count), i.Series.Values)
                : default;
        }
    }

    private MetricSeries Series(InstrumentHead head, InstrumentKind kind, KeyValuePair<string, string>[] attributes)
    {
        var key = new InstrumentKey(head.Resource.Name, head.Meter, head.Name);
        if (!_instruments.TryGetValue(key, out var instrument) || instrument.Kind != kind)
        {
            _series -= instrument?.Series.Count ?? 0;
            _instruments[key] = instrument = new(kind, head.Description, head.Unit);
        }
        var line = string.Join('\u001f', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).SelectMany(a => new[] { a.Key, a.Value })
            .Prepend(head.Resource.InstanceId));
        if (instrument.Series.TryGetValue(line, out var series))
            return series;
        if (_series >= maxSeries)
            DropStalest();
        series = kind == InstrumentKind.Histogram
            ? new HistogramSeries(head.Resource.InstanceId, attributes)
            : new NumberSeries(head.Resource.InstanceId, attributes);
        // Dropping may have removed the emptied instrument itself.
        _instruments[key] = instrument;
        instrument.Series[line] = series;
        _series++;
        return series;
    }

    private void DropStalest()
    {
        var (key, line, _) = _instruments
            .SelectMany(i => i.Value.Series.Select(s => (i.Key, Line: s.Key, s.Value.LastTime)))
            .MinBy(s => s.LastTime);
        _instruments[key].Series.Remove(line);
        if (_instruments[key].Series.Count == 0)
            _instruments.Remove(key);
        _series--;
        _dropped++;
    }

    private sealed class Instrument(InstrumentKind kind, string description, string unit)
    {
        public InstrumentKind Kind => kind;

        public string Description => description;

        public string Unit => unit;

        public Dictionary<string, MetricSeries> Series { get; } = [];
    }
}
