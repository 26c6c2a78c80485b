using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>MLflow runs: their status, metrics, params and tags.</summary>
public sealed class RunsClient
{
    private readonly RegistryTransport _transport;

    internal RunsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Starts a run (RUNNING). The Registry generates a name if there is none.</summary>
    public async Task<Run> CreateAsync(
        string experimentId, string? name = null, IReadOnlyDictionary<string, string>? tags = null, CancellationToken cancellationToken = default)
    {
        var body = new
        {
            ExperimentId = experimentId,
            RunName = name,
            StartTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            Tags = RunMessages.Pairs(tags),
        };
        var answer = await SendAsync<RunMessages.RunAnswer>("runs/create", body, idempotent: false, cancellationToken);
        return answer.Run.ToRun();
    }

    /// <summary>A run; its metrics include the minimum and maximum of their histories.</summary>
    public async Task<Run> GetAsync(string runId, CancellationToken cancellationToken = default)
    {
        var path = new QueryText(MlflowJson.Root + "runs/get").Add("run_id", runId).Add("include_extremes", "true").ToString();
        var answer = await _transport.SendAsync<RunMessages.RunAnswer>(HttpMethod.Get, path, null, MlflowJson.Options, true, cancellationToken);
        return answer.Run.ToRun();
    }

    /// <summary>One page of matching runs and their total. An invalid filter is a 400 whose message names the error.</summary>
    public async Task<RunPage> SearchAsync(RunSearch search, CancellationToken cancellationToken = default)
    {
        var answer = await _transport.SendAsync<RunMessages.SearchAnswer>(
            HttpMethod.Post, MlflowJson.Root + "runs/search", search, MlflowJson.Options, idempotent: true, cancellationToken);
        return new RunPage([.. (answer.Runs ?? []).Select(run => run.ToRun())], answer.TotalCount);
    }

    /// <summary>Updates the given fields only.</summary>
    public async Task UpdateAsync(
        string runId, RunStatus? status = null, DateTimeOffset? endTime = null, string? name = null, CancellationToken cancellationToken = default)
    {
        var body = new { RunId = runId, Status = status, EndTime = endTime?.ToUnixTimeMilliseconds(), RunName = name };
        await SendAsync<object>("runs/update", body, idempotent: true, cancellationToken);
    }

    /// <summary>
    /// Logs any number of metrics, params and tags in as few requests as MLflow's limits allow. Params are write-once: another value
    /// for the same key is an error. Calls can be repeated.
    /// </summary>
    public async Task LogBatchAsync(
        string runId,
        IReadOnlyList<Metric>? metrics = null,
        IReadOnlyDictionary<string, string>? parameters = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        foreach (var batch in RunMessages.Batches(runId, metrics ?? [], parameters, tags))
            await SendAsync<object>("runs/log-batch", batch, idempotent: true, cancellationToken);
    }

    public Task LogMetricsAsync(string runId, IReadOnlyList<Metric> metrics, CancellationToken cancellationToken = default) =>
        LogBatchAsync(runId, metrics, cancellationToken: cancellationToken);

    public async Task SetTagAsync(string runId, string key, string value, CancellationToken cancellationToken = default) =>
        await SendAsync<object>("runs/set-tag", new { RunId = runId, Key = key, Value = value }, idempotent: true, cancellationToken);

    /// <summary>Logs a dataset input of a run. Calls can be repeated.</summary>
    /// <param name="context">Purpose, e.g. <c>training</c>.</param>
    public async Task LogInputAsync(string runId, DatasetInput dataset, string context, CancellationToken cancellationToken = default)
    {
        var input = new { Tags = new[] { new { Key = "mlflow.data.context", Value = context } }, Dataset = dataset };
        await SendAsync<object>("runs/log-inputs", new { RunId = runId, Datasets = new[] { input } }, idempotent: true, cancellationToken);
    }

    /// <summary>
    /// A metric's history, downsampled to at most <paramref name="points"/> points (10 to 100,000) that keep its minimum and maximum.
    /// </summary>
    public Task<MetricSeries> GetSeriesAsync(string runId, string key, int points = 1000, CancellationToken cancellationToken = default)
    {
        var path = new QueryText($"/api/runs/{Uri.EscapeDataString(runId)}/metrics/{Uri.EscapeDataString(key)}").Add("points", points).ToString();
        return _transport.SendAsync<MetricSeries>(HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);
    }

    private Task<T> SendAsync<T>(string action, object body, bool idempotent, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Post, MlflowJson.Root + action, body, MlflowJson.Options, idempotent, cancellationToken);
}
