using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary>A dataset a run used, with the tags of the use.</summary>
public sealed record DatasetInput(Dataset Dataset, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>A run with everything logged to it.</summary>
public sealed class RunDetails(Run run)
{
    public Run Run { get; } = run;
    public List<MetricPoint> Metrics { get; } = [];
    public List<KeyValuePair<string, string>> Params { get; } = [];
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<DatasetInput> Datasets { get; } = [];
    public List<RunModel> Models { get; } = [];
}

/// <summary>Loads runs with a fixed number of queries, however many runs there are.</summary>
public sealed class RunReader(RegistryDb db)
{
    public async Task<RunDetails> GetAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) ?? throw RegistryException.NotFound($"Run with id={runId} not found");

    public async Task<RunDetails?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var runs = await QueryRunsAsync(new SqlText("r.run_id = ").Value(runId), cancellationToken);
        return runs.Count == 0 ? null : (await FillAsync(runs, cancellationToken))[0];
    }

    /// <summary>The runs with these keys, in this order.</summary>
    public async Task<List<RunDetails>> GetAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return [];
        var runs = (await QueryRunsAsync(new SqlText("r.id IN ").Keys(keys), cancellationToken)).ToDictionary(r => r.Id);
        return await FillAsync([.. keys.Where(runs.ContainsKey).Select(key => runs[key])], cancellationToken);
    }

    private Task<List<Run>> QueryRunsAsync(SqlText condition, CancellationToken cancellationToken) =>
        condition.Prefixed("SELECT r.id, r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri, r.deleted_time FROM runs r WHERE ")
            .ListAsync(db, static r => new Run
            {
                Id = r.GetInt64(0),
                RunId = r.GetString(1),
                ExperimentId = r.GetInt64(2),
                Name = r.GetString(3),
                UserId = r.GetString(4),
                Status = r.GetString(5),
                StartTime = r.GetInt64(6),
                EndTime = r.IsDBNull(7) ? null : r.GetInt64(7),
                ArtifactUri = r.GetString(8),
                DeletedTime = r.IsDBNull(9) ? null : r.GetInt64(9),
            }, cancellationToken);

    private async Task<List<RunDetails>> FillAsync(List<Run> runs, CancellationToken cancellationToken)
    {
        var details = runs.ConvertAll(r => new RunDetails(r));
        var byKey = details.ToDictionary(d => d.Run.Id);
        await FillMetricsAsync(byKey, cancellationToken);
        await FillPairsAsync("params", byKey, d => d.Params, cancellationToken);
        await FillPairsAsync("run_tags", byKey, d => d.Tags, cancellationToken);
        await FillInputsAsync(byKey, cancellationToken);
        return details;
    }

    private async Task FillMetricsAsync(Dictionary<long, RunDetails> runs, CancellationToken cancellationToken) =>
        await new SqlText("SELECT run_key, key, value, timestamp, step, is_nan FROM latest_metrics WHERE run_key IN ").Keys(runs.Keys)
            .Add(" ORDER BY run_key, key").ListAsync(db, r =>
        {
            runs[r.GetInt64(0)].Metrics.Add(new MetricPoint(r.GetString(1), r.GetDouble(2), r.GetInt64(3), r.GetInt64(4), r.GetBoolean(5)));
            return true;
        }, cancellationToken);

    private async Task FillPairsAsync(string table, Dictionary<long, RunDetails> runs,
        Func<RunDetails, List<KeyValuePair<string, string>>> list, CancellationToken cancellationToken) =>
        await new SqlText($"SELECT run_key, key, value FROM {table} WHERE run_key IN ").Keys(runs.Keys).Add(" ORDER BY run_key, key")
            .ListAsync(db, r =>
        {
            list(runs[r.GetInt64(0)]).Add(KeyValuePair.Create(r.GetString(1), r.GetString(2)));
            return true;
        }, cancellationToken);

    private async Task FillInputsAsync(Dictionary<long, RunDetails> runs, CancellationToken cancellationToken)
    {
        await new SqlText("SELECT i.run_key, i.tags, d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile FROM run_inputs i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_key IN ")
            .Keys(runs.Keys).Add(" ORDER BY d.id").ListAsync(db, r =>
        {
            var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(1)) ?? [];
            var dataset = new Dataset
            {
                Id = r.GetInt64(2),
                Name = r.GetString(3),
                Digest = r.GetString(4),
                SourceType = r.GetString(5),
                Source = r.GetString(6),
                Schema = r.IsDBNull(7) ? null : r.GetString(7),
                Profile = r.IsDBNull(8) ? null : r.GetString(8),
            };
            runs[r.GetInt64(0)].Datasets.Add(new DatasetInput(dataset, [.. tags]));
            return true;
        }, cancellationToken);
        await new SqlText("SELECT run_key, model_id, is_output, step FROM run_models WHERE run_key IN ").Keys(runs.Keys)
            .Add(" ORDER BY run_key, model_id").ListAsync(db, r =>
        {
            runs[r.GetInt64(0)].Models.Add(new RunModel
            {
                RunKey = r.GetInt64(0),
                ModelId = r.GetString(1),
                IsOutput = r.GetBoolean(2),
                Step = r.GetInt64(3)
            });
            return true;
        }, cancellationToken);
    }
}
