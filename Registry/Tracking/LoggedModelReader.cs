using System.Data.Common;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Tracking;

/// <summary>A metric of a logged model and the run that logged it.</summary>
public sealed record LoggedModelPoint(MetricPoint Point, string RunId, string DatasetName, string DatasetDigest);

/// <summary>A logged model with its params, tags and metrics.</summary>
public sealed class LoggedModelDetails(LoggedModel model)
{
    public LoggedModel Model { get; } = model;
    public List<KeyValuePair<string, string>> Params { get; } = [];
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<LoggedModelPoint> Metrics { get; } = [];
}

/// <summary>Loads logged models with a fixed number of queries.</summary>
public sealed class LoggedModelReader(RegistryDb db)
{
    private const string Columns = """
        SELECT l.id, l.model_id, l.experiment_id, l.name, l.model_type, l.source_run_id, l.status, l.artifact_uri, l.creation_time,
               l.last_update_time FROM logged_models l
        """;

    public static RegistryException NotFound(string modelId) => RegistryException.NotFound($"Logged model with ID '{modelId}' not found.");

    public async Task<LoggedModelDetails> GetAsync(string modelId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(modelId, cancellationToken) ?? throw NotFound(modelId);
        return (await FillAsync([found], cancellationToken))[0];
    }

    /// <summary>The model, or null when it is unknown or deleted.</summary>
    public async Task<LoggedModel?> FindAsync(string modelId, CancellationToken cancellationToken) =>
        (await new SqlText(Columns).Add(" WHERE l.model_id = ").Value(modelId).Add(" AND l.deleted_time IS NULL")
            .ListAsync(db, Read, cancellationToken)).FirstOrDefault();

    /// <summary>The models selected by <paramref name="tail"/> (joins and everything after; table <c>l</c>).</summary>
    internal async Task<List<LoggedModelDetails>> FindAsync(SqlText tail, CancellationToken cancellationToken) =>
        await FillAsync(await tail.Prefixed(Columns + " ").ListAsync(db, Read, cancellationToken), cancellationToken);

    private async Task<List<LoggedModelDetails>> FillAsync(List<LoggedModel> models, CancellationToken cancellationToken)
    {
        var details = models.ConvertAll(m => new LoggedModelDetails(m));
        if (details.Count == 0) return details;
        var byKey = details.ToDictionary(d => d.Model.Id);
        await FillPairsAsync("logged_model_params", byKey, d => d.Params, cancellationToken);
        await FillPairsAsync("logged_model_tags", byKey, d => d.Tags, cancellationToken);
        await new SqlText("SELECT t.model_key, t.key, t.value, t.timestamp, t.step, t.is_nan, r.run_id, t.dataset_name, t.dataset_digest FROM logged_model_metrics t JOIN runs r ON r.id = t.run_key WHERE ")
            .In("t.model_key", byKey.Keys).Add(" ORDER BY t.model_key, t.key, t.timestamp, t.step").ListAsync(db, r =>
        {
            byKey[r.GetInt64(0)].Metrics.Add(new LoggedModelPoint(
                new MetricPoint(r.GetString(1), r.GetDouble(2), r.GetInt64(3), r.GetInt64(4), r.GetBoolean(5)), r.GetString(6),
                r.GetString(7), r.GetString(8)));
            return true;
        }, cancellationToken);
        return details;
    }

    private async Task FillPairsAsync(string table, Dictionary<long, LoggedModelDetails> models,
        Func<LoggedModelDetails, List<KeyValuePair<string, string>>> list, CancellationToken cancellationToken) =>
        await new SqlText($"SELECT model_key, key, value FROM {table} WHERE ").In("model_key", models.Keys).Add(" ORDER BY model_key, key")
            .ListAsync(db, r =>
        {
            list(models[r.GetInt64(0)]).Add(KeyValuePair.Create(r.GetString(1), r.GetString(2)));
            return true;
        }, cancellationToken);

    private static LoggedModel Read(DbDataReader r) => new()
    {
        Id = r.GetInt64(0),
        ModelId = r.GetString(1),
        ExperimentId = r.GetInt64(2),
        Name = r.GetString(3),
        ModelType = r.IsDBNull(4) ? null : r.GetString(4),
        SourceRunId = r.IsDBNull(5) ? null : r.GetString(5),
        Status = r.GetString(6),
        ArtifactUri = r.GetString(7),
        CreationTime = r.GetInt64(8),
        LastUpdateTime = r.GetInt64(9),
    };
}
