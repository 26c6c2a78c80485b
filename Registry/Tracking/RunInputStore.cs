using System.Text.Json;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>A dataset and its context in a run.</summary>
public sealed record DatasetUse(long ExperimentId, string Name, string Digest, string? Context);

/// <summary>Records the inputs (datasets, models) and outputs (models) of runs. Logged entries are never changed.</summary>
public sealed class RunInputStore(RegistryDb db, WriteGate gate, RunStore runs)
{
    public Task LogAsync(string runId, IReadOnlyList<DatasetInput> datasets, IReadOnlyList<RunModel> models,
        CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var run = await runs.FindActiveAsync(runId, token);
            foreach (var input in datasets.DistinctBy(d => (d.Dataset.Name, d.Dataset.Digest))
                .OrderBy(d => d.Dataset.Name, StringComparer.Ordinal))
                await AddDatasetAsync(run, input, token);
            await BulkInsert.RunAsync(db, "run_models",
            [
                BulkColumn.Numbers("run_key", models.Select(_ => run.Id)),
                BulkColumn.Texts("model_id", models.Select(m => m.ModelId)),
                BulkColumn.Flags("is_output", models.Select(m => m.IsOutput)),
                BulkColumn.Numbers("step", models.Select(m => m.Step)),
            ], "ON CONFLICT (run_key, model_id, is_output) DO UPDATE SET step = excluded.step", token);
        }, cancellationToken);

    /// <summary>Appends a model's description to MLflow's tag for them.</summary>
    /// <param name="runId">The run that created the model.</param>
    /// <param name="model">A JSON object.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public Task AppendModelAsync(string runId, string model, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var run = await runs.FindActiveAsync(runId, token);
        // Locks the row, so that neither of two models is lost.
        await db.Set<Run>().Where(r => r.Id == run.Id).ExecuteUpdateAsync(s => s.SetProperty(r => r.Id, r => r.Id), token);
        var history = await db.Set<RunTag>().Where(t => t.RunKey == run.Id && t.Key == RunTags.ModelHistory).Select(t => t.Value).FirstOrDefaultAsync(token);
        await RunWriter.WriteTagsAsync(db, run.Id, [KeyValuePair.Create(RunTags.ModelHistory, JsonList.Append(history, model))], token);
    }, cancellationToken);

    /// <summary>Distinct datasets and contexts of these experiments' runs.</summary>
    public Task<List<DatasetUse>> SearchAsync(IReadOnlyCollection<long> experiments, int limit, CancellationToken cancellationToken) =>
        new SqlText("SELECT DISTINCT d.experiment_id, d.name, d.digest, i.context FROM run_inputs i JOIN datasets d ON d.id = i.dataset_id WHERE ")
            .In("d.experiment_id", experiments).Add(" ORDER BY d.experiment_id, d.name, d.digest, i.context LIMIT ").Value(limit)
            .ListAsync(db, static r => new DatasetUse(r.GetInt64(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3)), cancellationToken);

    private async Task AddDatasetAsync(RunKey run, DatasetInput input, CancellationToken cancellationToken)
    {
        var dataset = input.Dataset;
        dataset.ExperimentId = run.ExperimentId;
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile)
            VALUES ({dataset.ExperimentId}, {dataset.Name}, {dataset.Digest}, {dataset.SourceType}, {dataset.Source}, {dataset.Schema}, {dataset.Profile})
            ON CONFLICT DO NOTHING
            """, cancellationToken);
        var id = await db.Set<Dataset>().Where(d => d.ExperimentId == run.ExperimentId && d.Name == dataset.Name && d.Digest == dataset.Digest)
            .Select(d => d.Id).SingleAsync(cancellationToken);

        var tags = input.Tags.GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        var (json, context) = (JsonSerializer.Serialize(tags), tags.GetValueOrDefault(RunTags.DatasetContext));
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO run_inputs (run_key, dataset_id, tags, context) VALUES ({run.Id}, {id}, {json}, {context}) ON CONFLICT DO NOTHING
            """, cancellationToken);
    }
}
