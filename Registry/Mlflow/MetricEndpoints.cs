using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>metrics/*</c>.</summary>
internal static class MetricEndpoints
{
    private const int BulkRows = 25_000;
    private const int BulkRuns = 100;
    private const int IntervalPoints = 2500;

    public static void MapMetrics(this IEndpointRouteBuilder mlflow)
    {
        var metrics = mlflow.MapGroup("/metrics");
        metrics.MapGet("/get-history", HistoryAsync);
        metrics.MapGet("/get-history-bulk", BulkAsync);
        metrics.MapGet("/get-history-bulk-interval", IntervalAsync);
    }

    private static async Task<IResult> HistoryAsync(MlflowRequest request, RunStore runs, MetricHistory history,
        CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(request.RunId(), cancellationToken);
        var key = request.RequiredString("metric_key");
        var offset = PageToken.Parse(request.String("page_token"));
        var count = request.Int64("max_results") ?? 0;
        if (count < 0) throw RegistryException.Invalid($"Invalid value {count} for parameter 'max_results' supplied: it must be at least 1.");
        var points = await history.ReadAsync(run.Id, key, count == 0 ? long.MaxValue : count + 1, offset, cancellationToken);
        var more = count > 0 && points.Count > count;
        if (more) points.RemoveAt(points.Count - 1);
        return new MlflowResult(w =>
        {
            w.WriteList("metrics", points, RunJson.WriteMetric);
            if (more) w.WriteString("next_page_token", PageToken.Create(offset + count));
        });
    }

    private static async Task<IResult> BulkAsync(MlflowRequest request, RunStore runs, MetricHistory history,
        CancellationToken cancellationToken)
    {
        var ids = request.Strings("run_id");
        if (ids.Count == 0) throw RegistryException.Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        if (ids.Count > BulkRuns) throw RegistryException.Invalid($"GetMetricHistoryBulk request cannot specify more than {BulkRuns} run_ids. Received {ids.Count} run_ids.");
        var key = request.String("metric_key");
        if (string.IsNullOrEmpty(key)) throw RegistryException.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var left = Math.Min(request.Int64("max_results") ?? BulkRows, BulkRows);
        var points = new List<(string RunId, MetricPoint Point)>();
        foreach (var id in ids.Order(StringComparer.Ordinal))
        {
            var run = await runs.FindAsync(id, cancellationToken);
            points.AddRange((await history.ReadAsync(run.Id, key, left - points.Count, 0, cancellationToken)).Select(p => (id, p)));
            if (points.Count >= left) break;
        }
        return Answer(points);
    }

    private static async Task<IResult> IntervalAsync(MlflowRequest request, RunStore runs, MetricHistory history,
        CancellationToken cancellationToken)
    {
        var ids = request.Strings("run_ids");
        if (ids.Count == 0) throw MlflowRequest.Missing("run_ids");
        if (ids.Count > BulkRuns) throw RegistryException.Invalid($"GetMetricHistoryBulkInterval request must specify at most {BulkRuns} run_ids. Received {ids.Count} run_ids.");
        var key = request.RequiredString("metric_key");
        var samples = request.Int64("max_results") ?? IntervalPoints;
        if (samples is < 1 or > IntervalPoints) throw RegistryException.Invalid($"max_results must be between 1 and {IntervalPoints}. Received {samples}.");
        var (start, end) = (request.Int64("start_step"), request.Int64("end_step"));
        if (start is null != end is null) throw RegistryException.Invalid("If either start step or end step are specified, both must be specified.");
        if (start > end) throw RegistryException.Invalid($"end_step must be greater than start_step. Found start_step={start} and end_step={end}.");
        var found = new List<RunKey>();
        foreach (var id in ids) found.Add(await runs.FindAsync(id, cancellationToken));
        var steps = await history.SampledStepsAsync([.. found.Select(r => r.Id)], key, start, end, (int)samples, cancellationToken);
        var points = new List<(string RunId, MetricPoint Point)>();
        foreach (var run in found)
            points.AddRange((await history.AtStepsAsync(run.Id, key, steps, cancellationToken)).Select(p => (run.RunId, p)));
        return Answer(points);
    }

    private static MlflowResult Answer(List<(string RunId, MetricPoint Point)> points) =>
        new(w => w.WriteList("metrics", points, static (Utf8JsonWriter item, (string RunId, MetricPoint Point) row) =>
    {
        RunJson.WriteMetric(item, row.Point);
        item.WriteString("run_id", row.RunId);
    }));
}
