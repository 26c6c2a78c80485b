using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Linnaeus.Access;

namespace Linnaeus.Registry.Mlflow;

/// <summary><c>runs/*</c>, except inputs and outputs.</summary>
internal static class RunEndpoints
{
    private const int DefaultPage = 1000;
    private const int MaxPage = 50_000;

    public static void MapRuns(this IEndpointRouteBuilder mlflow)
    {
        var runs = mlflow.MapGroup("/runs");
        runs.MapPost("/create", CreateAsync);
        runs.MapGet("/get", GetAsync);
        runs.MapPost("/update", UpdateAsync);
        runs.MapPost("/delete", (MlflowRequest request, RunStore store, CancellationToken token) =>
            SetDeletedAsync(request, store, true, token));
        runs.MapPost("/restore", (MlflowRequest request, RunStore store, CancellationToken token) =>
            SetDeletedAsync(request, store, false, token));
        runs.MapPost("/search", SearchAsync).NeedsScope(AccessScope.Read);
        runs.MapPost("/log-metric", LogMetricAsync);
        runs.MapPost("/log-parameter", LogParamAsync);
        runs.MapPost("/log-param", LogParamAsync);
        runs.MapPost("/set-tag", SetTagAsync);
        runs.MapPost("/delete-tag", DeleteTagAsync);
        runs.MapPost("/log-batch", LogBatchAsync);
    }

    private static async Task<IResult> CreateAsync(MlflowRequest request, RunStore store, RunReader reader,
        CancellationToken cancellationToken)
    {
        var tags = request.Messages("tags").ConvertAll(Tag);
        var run = await store.CreateAsync(new NewRun(request.Id("experiment_id"), request.String("run_name"), request.String("user_id")
            ?? "",
            request.Int64("start_time") ?? 0, tags), cancellationToken);
        return await OneAsync(run.RunId, reader, cancellationToken);
    }

    private static Task<IResult> GetAsync(MlflowRequest request, RunReader reader, CancellationToken cancellationToken) =>
        OneAsync(request.RunId(), reader, cancellationToken, request.Bool("include_extremes"));

    private static async Task<IResult> UpdateAsync(MlflowRequest request, RunStore store, RunReader reader,
        CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        await store.UpdateAsync(runId, Status(request), request.Int64("end_time"), request.String("run_name"), cancellationToken);
        var details = await reader.GetAsync(runId, cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteStartObject("run_info");
            RunJson.WriteInfo(w, details.Run);
            w.WriteEndObject();
        });
    }

    private static async Task<IResult> SetDeletedAsync(MlflowRequest request, RunStore store, bool deleted,
        CancellationToken cancellationToken)
    {
        await store.SetDeletedAsync(request.RunId(), deleted, cancellationToken);
        return MlflowResult.Empty;
    }

    /// <summary>
    /// MLflow's search with extensions: <c>fields</c> (see <see cref="RunFields"/>), <c>include_extremes</c>, <c>include_total</c>, and
    /// <c>offset</c> for pages by number.
    /// </summary>
    private static async Task<IResult> SearchAsync(MlflowRequest request, RegistryDb db, RunReader reader,
        CancellationToken cancellationToken)
    {
        var count = request.Limit("max_results", DefaultPage, MaxPage);
        var offset = request.String("page_token") is { Length: > 0 } token ? PageToken.Parse(token) : request.Limit("offset", 0, int.MaxValue, minimum: 0);
        var experiments = request.Strings("experiment_ids").Select(ExperimentStore.ParseId).Distinct().ToList();
        var fields = request.Has("fields") ? RunFields.Parse(request.Strings("fields")) : RunFields.All;
        var extremes = request.Bool("include_extremes");
        var query = new RunQuery(experiments, request.String("filter"), request.Id("run_view_type") ?? "", request.Strings("order_by"),
            count + 1, offset);
        var keys = await RunSearch.PageAsync(db, query, cancellationToken);
        long? total = request.Bool("include_total") ? await RunSearch.CountAsync(db, query, cancellationToken) : null;
        var more = keys.Count > count;
        if (more) keys.RemoveAt(count);
        var page = await reader.GetAsync(keys, fields, cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteList("runs", page, (item, run) => RunJson.Write(item, run, extremes));
            if (more) w.WriteString("next_page_token", PageToken.Create(offset + count));
            w.WriteOptional("total_count", total);
        });
    }

    private static async Task<IResult> LogMetricAsync(MlflowRequest request, RunWriter writer, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        await writer.WriteAsync(runId, Batch([request], [], []), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> LogParamAsync(MlflowRequest request, RunWriter writer, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        await writer.WriteAsync(runId, Batch([], [request], []), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> SetTagAsync(MlflowRequest request, RunWriter writer, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        await writer.WriteAsync(runId, Batch([], [], [request]), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> DeleteTagAsync(MlflowRequest request, RunStore store, CancellationToken cancellationToken)
    {
        await store.DeleteTagAsync(request.RunId(), request.RequiredString("key"), cancellationToken);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> LogBatchAsync(MlflowRequest request, RunWriter writer, CancellationToken cancellationToken)
    {
        var runId = request.RunId();
        var (metrics, parameters, tags) = (request.Messages("metrics"), request.Messages("params"), request.Messages("tags"));
        RequireFields(request, "metrics", metrics, "key", "value", "timestamp");
        RequireFields(request, "params", parameters, "key");
        RequireFields(request, "tags", tags, "key");
        Limits.CheckBatch("metrics", Limits.BatchMetrics, metrics.Count);
        Limits.CheckBatch("params", Limits.BatchParams, parameters.Count);
        Limits.CheckBatch("tags", Limits.BatchTags, tags.Count);
        Limits.CheckBatch("metrics, params, and tags", Limits.BatchTotal, metrics.Count + parameters.Count + tags.Count);
        await writer.WriteAsync(runId, Batch(metrics, parameters, tags), cancellationToken);
        return MlflowResult.Empty;
    }

    private static void RequireFields(MlflowRequest request, string list, List<MlflowRequest> members, params string[] fields)
    {
        for (var i = 0; i < members.Count; i++)
            foreach (var field in fields)
                if (!members[i].Has(field)) throw request.Missing(list, i, field);
    }

    private static async Task<IResult> OneAsync(string runId, RunReader reader, CancellationToken cancellationToken, bool extremes = false)
    {
        var details = await reader.GetAsync(runId, cancellationToken);
        return new MlflowResult(w =>
        {
            w.WriteStartObject("run");
            RunJson.Write(w, details, extremes);
            w.WriteEndObject();
        });
    }

    private static RunBatch Batch(List<MlflowRequest> metrics, List<MlflowRequest> parameters, List<MlflowRequest> tags)
    {
        var points = metrics.ConvertAll(Metric);
        return new RunBatch(points, parameters.ConvertAll(Param), tags.ConvertAll(Tag))
        {
            ModelMetrics = [.. metrics.Zip(points).Select(pair => OfModel(pair.First, pair.Second)).OfType<ModelMetric>()],
        };
    }

    /// <summary>The point as a metric of the logged model, if the request names one.</summary>
    private static ModelMetric? OfModel(MlflowRequest metric, MetricPoint point) => metric.String("model_id") is { Length: > 0 } model
        ? new ModelMetric(model, point, metric.String("dataset_name") ?? "", metric.String("dataset_digest") ?? "") : null;

    private static MetricPoint Metric(MlflowRequest metric)
    {
        var key = Limits.MetricKey(metric.RequiredString("key"));
        var value = metric.RequiredDouble("value");
        var timestamp = metric.RequiredInt64("timestamp");
        if (timestamp < 0) throw RegistryException.Invalid($"Got invalid timestamp {timestamp} for metric '{key}': it must be a nonnegative number of milliseconds.");
        return MetricPoint.Of(key, value, timestamp, metric.Int64("step") ?? 0);
    }

    private static KeyValuePair<string, string> Param(MlflowRequest param) =>
        KeyValuePair.Create(Limits.ParamKey(param.RequiredString("key")), Limits.CutParam(param.String("value") ?? ""));

    private static KeyValuePair<string, string> Tag(MlflowRequest tag) =>
        KeyValuePair.Create(Limits.TagKey(tag.RequiredString("key")), Limits.CutTag(tag.String("value") ?? ""));

    /// <summary>Parses a status by name or by its number in MLflow's protocol.</summary>
    private static string? Status(MlflowRequest request) => request.Id("status") switch
    {
        "1" => RunStatus.Running,
        "2" => RunStatus.Scheduled,
        "3" => RunStatus.Finished,
        "4" => RunStatus.Failed,
        "5" => RunStatus.Killed,
        var name => name,
    };
}
