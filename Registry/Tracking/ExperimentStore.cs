using System.Globalization;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>Reads and writes experiments.</summary>
public sealed class ExperimentStore(RegistryDb db, WriteGate gate, TimeProvider time)
{
    public static long ParseId(string? id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : throw RegistryException.Invalid($"Invalid experiment ID: '{id}'. Experiment IDs are numbers.");

    public async Task<Experiment> GetAsync(string? id, CancellationToken cancellationToken)
    {
        var key = ParseId(id);
        return await db.Set<Experiment>().FirstOrDefaultAsync(e => e.Id == key, cancellationToken) ?? throw NotFound(key);
    }

    public async Task<Experiment> GetActiveAsync(string? id, CancellationToken cancellationToken)
    {
        var experiment = await GetAsync(id, cancellationToken);
        return experiment.Deleted ? throw NotFound(experiment.Id) : experiment;
    }

    public Task<Experiment?> FindByNameAsync(string name, CancellationToken cancellationToken) =>
        db.Set<Experiment>().FirstOrDefaultAsync(e => e.Name == name, cancellationToken);

    /// <summary>Tags of several experiments.</summary>
    public async Task<ILookup<long, KeyValuePair<string, string>>> TagsAsync(
        IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var tags = await db.Set<ExperimentTag>().Where(t => ids.Contains(t.ExperimentId)).OrderBy(t => t.Key).ToListAsync(cancellationToken);
        return tags.ToLookup(t => t.ExperimentId, t => KeyValuePair.Create(t.Key, t.Value));
    }

    public Task<long> CreateAsync(string name, string? artifactLocation, IReadOnlyCollection<KeyValuePair<string, string>> tags,
        CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            if (await FindByNameAsync(name, token) is { } existing) throw Taken(existing);
            var now = time.UnixNow();
            var made = await new SqlText("INSERT INTO experiments (name, artifact_location, creation_time, last_update_time, deleted) VALUES ")
                .Values<object>([name, artifactLocation ?? "", now, now, false]).Add(" ON CONFLICT DO NOTHING RETURNING id")
                .ListAsync(db, static r => r.GetInt64(0), token);
            // Another replica was faster.
            if (made.Count == 0) throw RegistryException.AlreadyExists($"Experiment(name={name}) already exists.");
            var id = made[0];
            if (string.IsNullOrEmpty(artifactLocation))
            {
                var location = $"mlflow-artifacts:/{id.ToString(CultureInfo.InvariantCulture)}";
                await db.Set<Experiment>().Where(e => e.Id == id).ExecuteUpdateAsync(s => s.SetProperty(e => e.ArtifactLocation, location), token);
            }
            db.AddRange(tags.DistinctBy(t => t.Key)
                .Select(t => new ExperimentTag { ExperimentId = id, Key = t.Key, Value = t.Value }));
            await db.SaveChangesAsync(token);
            return id;
        }, cancellationToken);

    public Task RenameAsync(string? id, string name, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var experiment = await GetAsync(id, token);
        if (experiment.Deleted) throw RegistryException.Invalid("Cannot rename a non-active experiment.");
        if (name == experiment.Name) return;
        if (await FindByNameAsync(name, token) is { } existing) throw Taken(existing);
        await db.Set<Experiment>().Where(e => e.Id == experiment.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(e => e.Name, name).SetProperty(e => e.LastUpdateTime, time.UnixNow()), token);
    }, cancellationToken);

    /// <summary>Deletes or restores an experiment together with its runs.</summary>
    public Task SetDeletedAsync(string? id, bool deleted, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var experiment = await GetAsync(id, token);
        if (experiment.Deleted == deleted) throw NotFound(experiment.Id);
        var now = time.UnixNow();
        // Garbage collection may have removed it meanwhile.
        if (await db.Set<Experiment>().Where(e => e.Id == experiment.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(e => e.Deleted, deleted).SetProperty(e => e.LastUpdateTime, now), token) == 0) throw NotFound(experiment.Id);
        var runs = db.Set<Run>().Where(r => r.ExperimentId == experiment.Id);
        if (deleted) await runs.Where(r => r.DeletedTime == null).ExecuteUpdateAsync(s => s.SetProperty(r => r.DeletedTime, now), token);
        else await runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.DeletedTime, (long?)null), token);
    }, cancellationToken);

    public Task SetTagAsync(string? id, string key, string value, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var experiment = await GetAsync(id, token);
        RequireActive(experiment);
        await BulkInsert.RunAsync(db, "experiment_tags",
            [BulkColumn.Numbers("experiment_id", [experiment.Id]), BulkColumn.Texts("key", [key]), BulkColumn.Texts("value", [value])],
            "ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value", token);
        await db.Set<Experiment>().Where(e => e.Id == experiment.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(e => e.LastUpdateTime, time.UnixNow()), token);
    }, cancellationToken);

    public Task DeleteTagAsync(string? id, string key, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var experiment = await GetAsync(id, token);
        RequireActive(experiment);
        if (await db.Set<ExperimentTag>().Where(t => t.ExperimentId == experiment.Id && t.Key == key).ExecuteDeleteAsync(token) == 0)
            throw RegistryException.NotFound($"No tag with name: {key} in experiment with id {experiment.Id}");
    }, cancellationToken);

    public static void RequireActive(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        if (experiment.Deleted)
            throw RegistryException.Invalid($"The experiment {experiment.Id} must be in the 'active' state. Current state is deleted.");
    }

    private static RegistryException NotFound(long id) => RegistryException.NotFound($"No Experiment with id={id} exists");

    private static RegistryException Taken(Experiment existing) => RegistryException.AlreadyExists(existing.Deleted
        ? $"Experiment '{existing.Name}' already exists in deleted state. Restore it, or choose another name."
        : $"Experiment(name={existing.Name}) already exists.");
}
