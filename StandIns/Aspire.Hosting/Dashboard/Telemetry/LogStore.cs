using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the log list is narrowed to. <c>Before</c> and <c>After</c> are record ids, for paging and for following.</summary>
internal sealed record LogFilter(
    string? Resource, LogLevel MinLevel, string? Text, string? TraceId, string? SpanId, long? Before, long? After, int Limit);

/// <summary>A log record with the id that the store gave it; ids grow by one.</summary>
internal readonly record struct StoredLog(long Id, LogRecord Log);

/// <summary>The newest structured log records. Thread-safe.</summary>
internal sealed class LogStore(int capacity = 20_000, long maxBytes = 48L << 20)
{
    private readonly Lock _gate = new();
    private readonly Ring<StoredLog> _ring = new(capacity, maxBytes, stored => Footprint.Of(stored.Log));
    private long _nextId = 1;

    public StoreUse Use
    {
        get
        {
            lock (_gate)
                return new(_ring.Count, _ring.Capacity, _ring.Dropped);
        }
    }

    public void Add(IEnumerable<LogRecord> logs)
    {
        lock (_gate)
        {
            foreach (var log in logs)
                _ring.Add(new(_nextId++, log));
        }
    }

    /// <summary>The newest records that pass the filter, oldest first, and whether older ones pass too.</summary>
    public (StoredLog[] Logs, bool More) Find(LogFilter filter)
    {
        StoredLog[] all;
        lock (_gate)
            all = [.. _ring.Items];
        var passed = all.Reverse().Where(l => Passes(l, filter)).Take(filter.Limit + 1).ToArray();
        var more = passed.Length > filter.Limit;
        var page = more ? passed[..filter.Limit] : passed;
        Array.Reverse(page);
        return (page, more);
    }

    public StoredLog? ById(long id)
    {
        lock (_gate)
            return _ring.Items.FirstOrDefault(l => l.Id == id) is { Id: > 0 } found ? found : null;
    }

    /// <summary>How many errors are held, by resource name.</summary>
    public Dictionary<string, int> Errors()
    {
        lock (_gate)
        {
            return _ring.Items.Where(l => l.Log.Level >= LogLevel.Error).GroupBy(l => l.Log.Resource.Name)
                .ToDictionary(g => g.Key, g => g.Count(), StringComparer.OrdinalIgnoreCase);
        }
    }

    private static bool Passes(StoredLog stored, LogFilter filter)
    {
        var log = stored.Log;
        return (filter.Before is null || stored.Id < filter.Before)
            && (filter.After is null || stored.Id > filter.After)
            && log.Level >= filter.MinLevel
            && (filter.Resource is null || log.Resource.Name == filter.Resource)
            && (filter.TraceId is null || log.TraceId == filter.TraceId)
            && (filter.SpanId is null || log.SpanId == filter.SpanId)
            && (filter.Text is null || log.Body.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)
                || log.Category.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)
                || log.Attributes.Any(a => a.Value.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)));
    }
}
