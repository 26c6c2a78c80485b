using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

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

/// <summary>Everything one log-batch request writes.</summary>
public sealed record RunBatch(IReadOnlyList<MetricPoint> Metrics, IReadOnlyList<KeyValuePair<string, string>> Params,
    IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    /// <summary>Those of the metrics that also belong to logged models.</summary>
    public IReadOnlyList<ModelMetric> ModelMetrics { get; init; } = [];
}

/// <summary>Appends metrics, params and tags to a run. Every write may be repeated without effect.</summary>
public sealed class RunWriter(RegistryDb db, WriteGate gate, RunStore runs)
{
    // Rows are sorted so that concurrent writers of one run take their locks in one order.
    private const string KeepLatest = """
        ON CONFLICT (run_key, key) DO UPDATE SET timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, is_nan = excluded.is_nan
        WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)
        """;

    /// <summary>Writes all of <paramref name="batch"/> or nothing.</summary>
    public Task WriteAsync(string runId, RunBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return gate.WriteAsync(db, async token =>
        {
            var run = await runs.FindActiveAsync(runId, token);
            await WriteParamsAsync(db, run, batch.Params, token);
            await BulkInsert.RunAsync(db, [.. Metrics(run.Id, batch.Metrics), Tags(run.Id, batch.Tags)], token);
            await LoggedModelStore.WriteMetricsAsync(db, run, batch.ModelMetrics, token);
            var name = batch.Tags.LastOrDefault(t => t.Key == RunTags.RunName).Value;
            if (!string.IsNullOrEmpty(name)) await db.Runs.Where(r => r.Id == run.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Name, name), token);
        }, cancellationToken);
    }

    private static BulkRows[] Metrics(long runKey, IReadOnlyList<MetricPoint> points)
    {
        var latest = new SortedDictionary<string, MetricPoint>(StringComparer.Ordinal);
        foreach (var point in points)
            if (!latest.TryGetValue(point.Key, out var best) || point.IsAfter(best)) latest[point.Key] = point;
        return
        [
            new BulkRows("metrics", Columns(runKey, [.. points.Distinct()]), "ON CONFLICT DO NOTHING"),
            new BulkRows("latest_metrics", Columns(runKey, [.. latest.Values]), KeepLatest),
        ];
    }

    private static BulkColumn[] Columns(long runKey, IReadOnlyList<MetricPoint> points) =>
    [
        BulkColumn.Numbers("run_key", points.Select(_ => runKey)),
        BulkColumn.Texts("key", points.Select(p => p.Key)),
        BulkColumn.Numbers("timestamp", points.Select(p => p.Timestamp)),
        BulkColumn.Numbers("step", points.Select(p => p.Step)),
        BulkColumn.Reals("value", points.Select(p => p.Value)),
        BulkColumn.Flags("is_nan", points.Select(p => p.IsNan)),
    ];

    private static async Task WriteParamsAsync(RegistryDb db, RunKey run, IReadOnlyList<KeyValuePair<string, string>> values,
        CancellationToken cancellationToken)
    {
        if (values.Count == 0) return;
        var repeated = values.GroupBy(p => p.Key).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        if (repeated.Count > 0)
            throw RegistryException.Invalid($"Duplicate parameter keys have been submitted: {string.Join(", ", repeated)}. A request may hold one value for each parameter.");
        var written = await BulkInsert.RunAsync(db, "params", Pairs(run.Id, values), "ON CONFLICT DO NOTHING", cancellationToken);
        if (written == values.Count) return;

        var keys = values.Select(p => p.Key).ToList();
        var stored = await db.Params.Where(p => p.RunKey == run.Id && keys.Contains(p.Key))
            .ToDictionaryAsync(p => p.Key, p => p.Value, cancellationToken);
        foreach (var (key, value) in values)
            if (stored[key] != value)
                throw RegistryException.Invalid($"Changing param values is not allowed. Param with key='{key}' was already logged with value='{stored[key]}' for run ID='{run.RunId}'. Attempted logging new value '{value}'.");
    }

    internal static Task WriteTagsAsync(RegistryDb db, long runKey, IReadOnlyList<KeyValuePair<string, string>> tags,
        CancellationToken cancellationToken) => BulkInsert.RunAsync(db, [Tags(runKey, tags)], cancellationToken);

    private static BulkRows Tags(long runKey, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var last = tags.GroupBy(t => t.Key).Select(g => g.Last()).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        return new BulkRows("run_tags", Pairs(runKey, last), "ON CONFLICT (run_key, key) DO UPDATE SET value = excluded.value");
    }

    private static BulkColumn[] Pairs(long runKey, IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        [BulkColumn.Numbers("run_key", pairs.Select(_ => runKey)), BulkColumn.Texts("key", pairs.Select(p => p.Key)),
            BulkColumn.Texts("value", pairs.Select(p => p.Value))];
}
