namespace Aspire.Hosting.Dashboard;

/// <summary>A trace in the list; times in nanoseconds since 1970.</summary>
internal sealed record TraceSummary(
    string TraceId, string Name, string Resource, bool Complete, long Start, long End, int Spans, int Errors,
    IReadOnlyList<KeyValuePair<string, int>> Services);

/// <summary>What the trace list is narrowed to.</summary>
internal sealed record TraceFilter(string? Resource, string? Text, double MinMilliseconds, bool ErrorsOnly, int Limit);

/// <summary>The newest spans, by trace. Thread-safe.</summary>
internal sealed class TraceStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TraceEntry> _traces = [];
    private readonly Ring<SpanRecord> _ring;

    public TraceStore(int capacity = 20_000, long maxBytes = 64L << 20) => _ring = new(capacity, maxBytes, Footprint.Of, Forget);

    public StoreUse Use
    {
        get
        {
            lock (_gate)
                return new(_ring.Count, _ring.Capacity, _ring.Dropped);
        }
    }

    public void Add(IEnumerable<SpanRecord> spans)
    {
        lock (_gate)
        {
            foreach (var span in spans)
            {
                if (!_traces.TryGetValue(span.TraceId, out var trace))
                    _traces[span.TraceId] = trace = new();
                trace.Spans.Enqueue(span);
                trace.Summary = null;
                _ring.Add(span);
            }
        }
    }

    /// <summary>Traces that pass the filter, latest start first, and how many passed in all.</summary>
    public (TraceSummary[] Traces, int Total) Find(TraceFilter filter)
    {
        TraceSummary[] all;
        lock (_gate)
            all = [.. _traces.Values.Select(t => t.Summary ??= Summarise(t.Spans))];
        var passed = all.Where(t => Passes(t, filter)).OrderByDescending(t => t.Start).ToArray();
        return (passed.Length > filter.Limit ? passed[..filter.Limit] : passed, passed.Length);
    }

    /// <summary>Spans of one trace by start time; empty when it is unknown or has been pushed out.</summary>
    public SpanRecord[] Spans(string traceId)
    {
        lock (_gate)
            return _traces.TryGetValue(traceId, out var trace) ? [.. trace.Spans.OrderBy(s => s.Start)] : [];
    }

    private void Forget(SpanRecord oldest)
    {
        // The ring and each trace keep order of arrival, so the oldest span of all is the oldest of its trace.
        var trace = _traces[oldest.TraceId];
        trace.Spans.Dequeue();
        trace.Summary = null;
        if (trace.Spans.Count == 0)
            _traces.Remove(oldest.TraceId);
    }

    private static bool Passes(TraceSummary trace, TraceFilter filter) =>
        (filter.Resource is null || trace.Services.Any(s => s.Key == filter.Resource))
        && (filter.Text is null || trace.Name.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)
            || trace.TraceId.StartsWith(filter.Text, StringComparison.OrdinalIgnoreCase))
        && (trace.End - trace.Start) / 1e6 >= filter.MinMilliseconds
        && (!filter.ErrorsOnly || trace.Errors > 0);

    private static TraceSummary Summarise(Queue<SpanRecord> spans)
    {
        var first = spans.MinBy(s => s.Start)!;
        var root = spans.FirstOrDefault(s => s.ParentId is null);
        var services = spans.GroupBy(s => s.Resource.Name).Select(g => KeyValuePair.Create(g.Key, g.Count()))
            .OrderByDescending(s => s.Key == (root ?? first).Resource.Name).ThenBy(s => s.Key, StringComparer.Ordinal);
        return new(first.TraceId, (root ?? first).Name, (root ?? first).Resource.Name, root is not null, first.Start,
            spans.Max(s => s.End), spans.Count, spans.Count(s => s.Status == SpanStatus.Error), [.. services]);
    }

    private sealed class TraceEntry
    {
        public Queue<SpanRecord> Spans { get; } = new();

        public TraceSummary? Summary { get; set; }
    }
}

/// <summary>How full a store is, and how many items it had to drop.</summary>
internal sealed record StoreUse(int Held, int Capacity, long Dropped);
