using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>A logged model to create; without a name, one is generated.</summary>
public sealed record NewLoggedModel(string? ExperimentId, string? Name, string? ModelType, string? SourceRunId,
    IReadOnlyList<KeyValuePair<string, string>> Params, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>A point of a metric that a run logs for a model.</summary>
/// <param name="ModelId">The model's public id.</param>
/// <param name="DatasetName">The dataset of the measurement; may be empty.</param>
/// <param name="DatasetDigest">Digest of that dataset; may be empty.</param>
public sealed record ModelMetric(string ModelId, MetricPoint Point, string DatasetName, string DatasetDigest);

/// <summary>Creates and changes logged models.</summary>
public sealed class LoggedModelStore(RegistryDb db, WriteGate gate, TimeProvider time, ExperimentStore experiments)
{
    /// <summary>Creates a PENDING model with its files below its experiment's folder, and returns its public id.</summary>
    public Task<string> CreateAsync(NewLoggedModel request, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        ArgumentNullException.ThrowIfNull(request);
        var experiment = await experiments.GetAsync(string.IsNullOrEmpty(request.ExperimentId) ? "0" : request.ExperimentId, token);
        ExperimentStore.RequireActive(experiment);
        var (modelId, now) = ($"m-{Guid.NewGuid():N}", time.UnixNow());
        var model = new LoggedModel
        {
            ModelId = modelId,
            ExperimentId = experiment.Id,
            Name = request.Name ?? RunNames.Make(),
            ModelType = request.ModelType,
            SourceRunId = request.SourceRunId,
            ArtifactUri = $"{experiment.ArtifactLocation.TrimEnd('/')}/models/{modelId}/artifacts",
            CreationTime = now,
            LastUpdateTime = now,
        };
        db.Add(model);
        await db.SaveChangesAsync(token);
        await WriteParamsAsync(modelId, model.Id, request.Params, token);
        await WriteTagsAsync(model.Id, request.Tags, token);
        return modelId;
    }, cancellationToken);

    public Task FinalizeAsync(string modelId, string status, CancellationToken cancellationToken) =>
        ChangeAsync(modelId, (model, token) =>
            db.Set<LoggedModel>().Where(m => m.Id == model).ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, status), token),
            cancellationToken);

    /// <summary>Marks the model as deleted; its rows and files are kept until garbage collection.</summary>
    public Task DeleteAsync(string modelId, CancellationToken cancellationToken) =>
        ChangeAsync(modelId, (model, token) =>
            db.Set<LoggedModel>().Where(m => m.Id == model).ExecuteUpdateAsync(s => s.SetProperty(m => m.DeletedTime, time.UnixNow()), token),
            cancellationToken);

    /// <summary>Adds params, which are write-once like a run's.</summary>
    public Task LogParamsAsync(string modelId, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellationToken) =>
        ChangeAsync(modelId, (model, token) => WriteParamsAsync(modelId, model, values, token), cancellationToken);

    public Task SetTagsAsync(string modelId, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancellationToken) =>
        ChangeAsync(modelId, (model, token) => WriteTagsAsync(model, tags, token), cancellationToken);

    public Task DeleteTagAsync(string modelId, string tag, CancellationToken cancellationToken) =>
        ChangeAsync(modelId, async (model, token) =>
        {
            if (await db.Set<LoggedModelTag>().Where(t => t.ModelKey == model && t.Key == tag).ExecuteDeleteAsync(token) == 0)
                throw RegistryException.NotFound($"No tag with key '{tag}' found for model with ID '{modelId}'.");
        }, cancellationToken);

    /// <summary>Adds a registered version to the list in the model's tag, in the open transaction.</summary>
    internal async Task AddVersionAsync(string modelId, string name, long version, CancellationToken cancellationToken)
    {
        var model = await KeyAsync(modelId, cancellationToken);
        // Locks the row, so that the second of two registrations sees the first one's entry.
        await db.Set<LoggedModel>().Where(m => m.Id == model).ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), cancellationToken);
        var versions = await db.Set<LoggedModelTag>().Where(t => t.ModelKey == model && t.Key == RunTags.ModelVersions).Select(t => t.Value)
            .FirstOrDefaultAsync(cancellationToken);
        var entry = $"{{\"name\": {JsonSerializer.Serialize(name)}, \"version\": {version.ToString(CultureInfo.InvariantCulture)}}}";
        await WriteTagsAsync(model, [KeyValuePair.Create(RunTags.ModelVersions, JsonList.Append(versions, entry))], cancellationToken);
    }

    /// <summary>Writes a run's metrics of models in the open transaction. Repeats add nothing.</summary>
    internal static async Task WriteMetricsAsync(RegistryDb db, RunKey run, IReadOnlyList<ModelMetric> metrics,
        CancellationToken cancellationToken)
    {
        if (metrics.Count == 0) return;
        var ids = metrics.Select(m => m.ModelId).Distinct().ToList();
        var keys = await db.Set<LoggedModel>().Where(m => ids.Contains(m.ModelId) && m.DeletedTime == null)
            .ToDictionaryAsync(m => m.ModelId, m => m.Id, cancellationToken);
        if (ids.Find(id => !keys.ContainsKey(id)) is { } unknown) throw LoggedModelReader.NotFound(unknown);
        var rows = metrics.Distinct().ToList();
        await BulkInsert.RunAsync(db, "logged_model_metrics",
        [
            BulkColumn.Numbers("model_key", rows.Select(m => keys[m.ModelId])),
            BulkColumn.Texts("key", rows.Select(m => m.Point.Key)),
            BulkColumn.Numbers("run_key", rows.Select(_ => run.Id)),
            BulkColumn.Texts("dataset_name", rows.Select(m => m.DatasetName)),
            BulkColumn.Texts("dataset_digest", rows.Select(m => m.DatasetDigest)),
            BulkColumn.Numbers("timestamp", rows.Select(m => m.Point.Timestamp)),
            BulkColumn.Numbers("step", rows.Select(m => m.Point.Step)),
            BulkColumn.Reals("value", rows.Select(m => m.Point.Value)),
            BulkColumn.Flags("is_nan", rows.Select(m => m.Point.IsNan)),
        ], "ON CONFLICT DO NOTHING", cancellationToken);
    }

    private Task ChangeAsync(string modelId, Func<long, CancellationToken, Task> change, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var model = await KeyAsync(modelId, token);
            await change(model, token);
            await db.Set<LoggedModel>().Where(m => m.Id == model).ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), token);
        }, cancellationToken);

    private async Task<long> KeyAsync(string modelId, CancellationToken cancellationToken) =>
        await db.Set<LoggedModel>().Where(m => m.ModelId == modelId && m.DeletedTime == null).Select(m => (long?)m.Id)
            .FirstOrDefaultAsync(cancellationToken) ?? throw LoggedModelReader.NotFound(modelId);

    private async Task WriteParamsAsync(string modelId, long model, IReadOnlyList<KeyValuePair<string, string>> values,
        CancellationToken cancellationToken)
    {
        var written = await BulkInsert.RunAsync(db, "logged_model_params", Pairs(model, values), "ON CONFLICT DO NOTHING",
            cancellationToken);
        if (written == values.Count) return;
        var stored = await db.Set<LoggedModelParam>().Where(p => p.ModelKey == model).ToDictionaryAsync(p => p.Key, p => p.Value, cancellationToken);
        foreach (var (key, value) in values)
            if (stored[key] != value)
                throw RegistryException.Invalid($"Changing param values is not allowed. Param with key='{key}' was already logged with value='{stored[key]}' for model ID='{modelId}'. Attempted logging new value '{value}'.");
    }

    private Task<int> WriteTagsAsync(long model, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancellationToken) =>
        BulkInsert.RunAsync(db, "logged_model_tags", Pairs(model, [.. tags.GroupBy(t => t.Key).Select(g => g.Last())]),
            "ON CONFLICT (model_key, key) DO UPDATE SET value = excluded.value", cancellationToken);

    private static BulkColumn[] Pairs(long model, IReadOnlyList<KeyValuePair<string, string>> pairs) =>
    [
        BulkColumn.Numbers("model_key", pairs.Select(_ => model)), BulkColumn.Texts("key", pairs.Select(p => p.Key)),
        BulkColumn.Texts("value", pairs.Select(p => p.Value)),
    ];
}
