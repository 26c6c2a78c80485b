using System.Text;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Runs;

/// <summary>Writes to a run in the Registry. Calls wait out an outage, so that it does not end the run.</summary>
internal sealed class RunRecord(RegistryClient registry, string runId, TimeSpan patience, ILogger logger)
{
    public string RunId => runId;

    public RegistryClient Registry => registry;

    public Task<Run> GetAsync(CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Runs.GetAsync(runId, cancellationToken), cancellationToken);

    public Task LogMetricsAsync(IReadOnlyList<Metric> metrics, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Runs.LogMetricsAsync(runId, metrics, cancellationToken), cancellationToken);

    /// <summary>Logs metrics of one step; null values are omitted.</summary>
    public Task LogMetricsAsync(long step, IEnumerable<(string Key, double? Value)> values, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var metrics = values.Where(pair => pair.Value is not null).Select(pair => new Metric(pair.Key, pair.Value!.Value, now, step));
        return LogMetricsAsync([.. metrics], cancellationToken);
    }

    /// <summary>Logs params that the run lacks. A resumed run keeps the texts that an earlier version of the Trainer logged: a param cannot change.</summary>
    public async Task LogParamsAsync(IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var known = (await GetAsync(cancellationToken)).Params;
        var missing = parameters.Where(parameter => !known.ContainsKey(parameter.Key)).ToDictionary();
        if (missing.Count > 0)
            await PatientlyAsync(() => registry.Runs.LogBatchAsync(runId, null, missing, null, cancellationToken), cancellationToken);
    }

    public Task SetTagsAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Runs.LogBatchAsync(runId, null, null, tags, cancellationToken), cancellationToken);

    public Task LogInputAsync(DatasetInput dataset, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Runs.LogInputAsync(runId, dataset, "training", cancellationToken), cancellationToken);

    public Task<ModelFile> UploadBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Artifacts.UploadBytesAsync(runId, path, bytes, cancellationToken), cancellationToken);

    public Task<ModelFile> UploadTextAsync(string path, string text, CancellationToken cancellationToken) =>
        UploadBytesAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task<ModelFile> UploadFileAsync(string path, string localFile, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Artifacts.UploadFileAsync(runId, path, localFile, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ArtifactFile>> ListAsync(string path, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Artifacts.ListAsync(runId, path, cancellationToken), cancellationToken);

    public Task DownloadAsync(string path, string localFile, CancellationToken cancellationToken) => PatientlyAsync(
        () => registry.Artifacts.DownloadFileAsync(ArtifactUri.OfRun(runId, path), localFile, null, cancellationToken), cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        PatientlyAsync(() => registry.Artifacts.DeleteAsync(runId, path, cancellationToken), cancellationToken);

    public Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        RegistryOutage.RideOutAsync(call, patience, logger, cancellationToken);

    public Task PatientlyAsync(Func<Task> call, CancellationToken cancellationToken) =>
        RegistryOutage.RideOutAsync(call, patience, logger, cancellationToken);
}
