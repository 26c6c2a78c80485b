using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>The data of one log-batch request.</summary>
public sealed record RunBatch(IReadOnlyList<MetricPoint> Metrics, IReadOnlyList<KeyValuePair<string, string>> Params,
    IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    /// <summary>The metrics that also belong to logged models.</summary>
    public IReadOnlyList<ModelMetric> ModelMetrics { get; init; } = [];

    /// <summary>Whether the batch contains the run's own metrics only, the most frequent write.</summary>
    public bool IsMetricsAlone => Metrics.Count > 0 && Params.Count == 0 && Tags.Count == 0 && ModelMetrics.Count == 0;
}

/// <summary>Appends metrics, params and tags to a run. Writes can be repeated.</summary>
public sealed class RunWriter(RegistryDb db, WriteGate gate, RunStore runs)
{
    private const string Newer =
        "(excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)";
    private const string Lower =
        "latest_metrics.min_value IS NULL OR (excluded.min_value, excluded.min_step) < (latest_metrics.min_value, latest_metrics.min_step)";
    private const string Higher =
        "latest_metrics.max_value IS NULL OR (excluded.max_value, -excluded.max_step) > (latest_metrics.max_value, -latest_metrics.max_step)";

    private const string Merge = $"""
        ON CONFLICT (run_key, key) DO UPDATE SET
            timestamp = CASE WHEN {Newer} THEN excluded.timestamp ELSE latest_metrics.timestamp END,
            step = CASE WHEN {Newer} THEN excluded.step ELSE latest_metrics.step END,
            value = CASE WHEN {Newer} THEN excluded.value ELSE latest_metrics.value END,
            is_nan = CASE WHEN {Newer} THEN excluded.is_nan ELSE latest_metrics.is_nan END,
            min_value = CASE WHEN {Lower} THEN excluded.min_value ELSE latest_metrics.min_value END,
            min_step = CASE WHEN {Lower} THEN excluded.min_step ELSE latest_metrics.min_step END,
            max_value = CASE WHEN {Higher} THEN excluded.max_value ELSE latest_metrics.max_value END,
            max_step = CASE WHEN {Higher} THEN excluded.max_step ELSE latest_metrics.max_step END
        WHERE {Newer} OR {Lower} OR {Higher}
        """;

    /// <summary>Writes <paramref name="batch"/> atomically.</summary>
    public Task WriteAsync(string runId, RunBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.IsMetricsAlone && db.Database.IsNpgsql() ? AppendAsync(runId, batch.Metrics, cancellationToken) : gate.WriteAsync(db, async token =>
        {
            var run = await runs.FindActiveAsync(runId, token);
            await WriteParamsAsync(db, run, batch.Params, token);
            await BulkInsert.RunAsync(db, [.. Metrics(run.Id, batch.Metrics), Tags(run.Id, batch.Tags)], token);
            await LoggedModelStore.WriteMetricsAsync(db, run, batch.ModelMetrics, token);
            var name = batch.Tags.LastOrDefault(t => t.Key == RunTags.RunName).Value;
            if (!string.IsNullOrEmpty(name)) await db.Set<Run>().Where(r => r.Id == run.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Name, name), token);
        }, cancellationToken);
    }

    private async Task AppendAsync(string runId, IReadOnlyList<MetricPoint> points, CancellationToken cancellationToken)
    {
        var rows = Metrics(0, points).Select(table => table with { RunId = runId, Columns = [.. table.Columns.Where(c => c.Name != "run_key")] });
        // No row was written: either all of them exist, or the run does not.
        if (await BulkInsert.AppendAsync(db, rows, cancellationToken) == 0) await runs.FindActiveAsync(runId, cancellationToken);
    }

    private static BulkRows[] Metrics(long runKey, IReadOnlyList<MetricPoint> points)
    {
        // Sorted, so that concurrent writers of one run take their locks in the same order.
        var summaries = points.GroupBy(p => p.Key).Select(MetricSummary.Of).OrderBy(s => s.Last.Key, StringComparer.Ordinal).ToList();
        return
        [
            new BulkRows("metrics", Columns(runKey, [.. points.Distinct()]), "ON CONFLICT DO NOTHING"),
            new BulkRows("latest_metrics",
            [
                .. Columns(runKey, summaries.ConvertAll(s => s.Last)),
                BulkColumn.Reals("min_value", summaries.Select(s => s.Min?.Value)),
                BulkColumn.Numbers("min_step", summaries.Select(s => s.Min?.Step)),
                BulkColumn.Reals("max_value", summaries.Select(s => s.Max?.Value)),
                BulkColumn.Numbers("max_step", summaries.Select(s => s.Max?.Step)),
            ], Merge),
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
            throw RegistryException.Invalid($"Duplicate parameter keys have been submitted: {string.Join(", ", repeated)}. A request may contain one value for each parameter.");
        var written = await BulkInsert.RunAsync(db, "params", Pairs(run.Id, values), "ON CONFLICT DO NOTHING", cancellationToken);
        if (written == values.Count) return;

        var keys = values.Select(p => p.Key).ToList();
        var stored = await db.Set<Param>().Where(p => p.RunKey == run.Id && keys.Contains(p.Key))
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
