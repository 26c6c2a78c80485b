using System.Data.Common;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary>A dataset input of a run with its tags.</summary>
public sealed record DatasetInput(Dataset Dataset, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>A run with everything logged to it.</summary>
public sealed class RunDetails(Run run)
{
    public Run Run { get; } = run;
    public List<MetricSummary> Metrics { get; } = [];
    public List<KeyValuePair<string, string>> Params { get; } = [];
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<DatasetInput> Datasets { get; } = [];
    public List<RunModel> Models { get; } = [];
}

/// <summary>Loads runs with everything logged to them in one round trip.</summary>
public sealed class RunReader(RegistryDb db)
{
    private const string Columns = "r.id, r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri, r.deleted_time";

    public async Task<RunDetails> GetAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) ?? throw RegistryException.NotFound($"Run with id={runId} not found");

    public async Task<RunDetails?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var text = new SqlText();
        var id = text.Parameter(runId);
        var found = await ReadAsync(text, $"r.run_id = {id}", key => $"{key} = (SELECT id FROM runs WHERE run_id = {id})", RunFields.All,
            cancellationToken);
        return found.Values.FirstOrDefault();
    }

    /// <summary>The runs with these keys, in this order, with the selected fields only.</summary>
    public async Task<List<RunDetails>> GetAsync(IReadOnlyList<long> keys, RunFields fields, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return [];
        var text = new SqlText();
        var all = text.Parameter(keys.ToArray());
        var found = await ReadAsync(text, SqlText.IsAmong("r.id", all), key => SqlText.IsAmong(key, all), fields, cancellationToken);
        return [.. keys.Where(found.ContainsKey).Select(key => found[key])];
    }

    /// <param name="text">Gets the parameters of the conditions.</param>
    /// <param name="ofRuns">Condition that selects runs.</param>
    /// <param name="ofColumn">The same condition for a column that refers to a run's key.</param>
    /// <param name="fields">The fields to read.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    private async Task<Dictionary<long, RunDetails>> ReadAsync(
        SqlText text, string ofRuns, Func<string, string> ofColumn, RunFields fields, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<long, RunDetails>();
        var ofRunKey = ofColumn("run_key");
        text.Add($"""
            SELECT {Columns} FROM runs r WHERE {ofRuns};
            SELECT run_key, key, value, timestamp, step, is_nan, min_value, min_step, max_value, max_step FROM latest_metrics
            WHERE {ofRunKey}{fields.Condition(text, "metric")} ORDER BY run_key, key;
            SELECT run_key, key, value FROM params WHERE {ofRunKey}{fields.Condition(text, "parameter")} ORDER BY run_key, key;
            SELECT run_key, key, value FROM run_tags WHERE {ofRunKey}{fields.Condition(text, "tag")} ORDER BY run_key, key;
            SELECT i.run_key, i.tags, d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile
            FROM run_inputs i JOIN datasets d ON d.id = i.dataset_id WHERE {ofColumn("i.run_key")}{fields.Condition(text, "input", "d.name")}
            ORDER BY d.id;
            SELECT run_key, model_id, is_output, step FROM run_models
            WHERE {ofRunKey} AND ((is_output{fields.Condition(text, "output", "model_id")}) OR (NOT is_output{fields.Condition(text, "input", "model_id")}))
            ORDER BY run_key, model_id
            """);
        await text.ReadAsync(db,
        [
            row => runs.Add(row.GetInt64(0), new RunDetails(ReadRun(row))),
            Of(runs, (run, row) => run.Metrics.Add(ReadMetric(row))),
            Of(runs, (run, row) => run.Params.Add(KeyValuePair.Create(row.GetString(1), row.GetString(2)))),
            Of(runs, (run, row) => run.Tags.Add(KeyValuePair.Create(row.GetString(1), row.GetString(2)))),
            Of(runs, (run, row) => run.Datasets.Add(ReadDataset(row))),
            Of(runs, (run, row) => run.Models.Add(new RunModel
            {
                RunKey = row.GetInt64(0),
                ModelId = row.GetString(1),
                IsOutput = row.GetBoolean(2),
                Step = row.GetInt64(3),
            })),
        ], cancellationToken);
        return runs;
    }

    /// <summary>Ignores a run that was created after the first SELECT.</summary>
    private static Action<DbDataReader> Of(Dictionary<long, RunDetails> runs, Action<RunDetails, DbDataReader> add) => row =>
    {
        if (runs.TryGetValue(row.GetInt64(0), out var run)) add(run, row);
    };

    private static Run ReadRun(DbDataReader row) => new()
    {
        Id = row.GetInt64(0),
        RunId = row.GetString(1),
        ExperimentId = row.GetInt64(2),
        Name = row.GetString(3),
        UserId = row.GetString(4),
        Status = row.GetString(5),
        StartTime = row.GetInt64(6),
        EndTime = row.IsDBNull(7) ? null : row.GetInt64(7),
        ArtifactUri = row.GetString(8),
        DeletedTime = row.IsDBNull(9) ? null : row.GetInt64(9),
    };

    private static MetricSummary ReadMetric(DbDataReader row)
    {
        MetricExtreme? Extreme(int column) => row.IsDBNull(column) ? null : new MetricExtreme(row.GetDouble(column), row.GetInt64(column + 1));
        return new MetricSummary(new MetricPoint(row.GetString(1), row.GetDouble(2), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5)),
            Extreme(6), Extreme(8));
    }

    private static DatasetInput ReadDataset(DbDataReader row)
    {
        var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(1)) ?? [];
        return new DatasetInput(new Dataset
        {
            Id = row.GetInt64(2),
            Name = row.GetString(3),
            Digest = row.GetString(4),
            SourceType = row.GetString(5),
            Source = row.GetString(6),
            Schema = row.IsDBNull(7) ? null : row.GetString(7),
            Profile = row.IsDBNull(8) ? null : row.GetString(8),
        }, [.. tags]);
    }
}
