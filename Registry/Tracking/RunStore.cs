using System.Globalization;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Tracking;

/// <summary>A run to create.</summary>
public sealed record NewRun(string? ExperimentId, string? Name, string UserId, long StartTime,
    IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>Creates runs and changes their status.</summary>
public sealed class RunStore(RegistryDb db, WriteGate gate, TimeProvider time)
{
    public async Task<RunKey> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var found = await new SqlText("SELECT id, experiment_id, run_id, artifact_uri, deleted_time IS NOT NULL FROM runs WHERE run_id = ").Value(runId)
            .ListAsync(db, static r => new RunKey(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetBoolean(4)), cancellationToken);
        return found.Count == 1 ? found[0] : throw NotFound(runId);
    }

    public async Task<RunKey> FindActiveAsync(string runId, CancellationToken cancellationToken)
    {
        var key = await FindAsync(runId, cancellationToken);
        return key.Deleted ? throw RegistryException.Invalid($"The run {runId} must be in the 'active' state. Current state is deleted.")
            : key;
    }

    /// <summary>Creates a run; callers inside a transaction use <see cref="AddAsync"/>.</summary>
    public Task<Run> CreateAsync(NewRun request, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, token => AddAsync(request, token), cancellationToken);

    /// <summary>Creates a run in the open transaction.</summary>
    public async Task<Run> AddAsync(NewRun request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = ExperimentStore.ParseId(string.IsNullOrEmpty(request.ExperimentId) ? "0" : request.ExperimentId);
        var experiment = await db.Set<Experiment>().FirstOrDefaultAsync(e => e.Id == id, cancellationToken)
            ?? throw RegistryException.NotFound($"No Experiment with id={id} exists");
        ExperimentStore.RequireActive(experiment);

        var tags = request.Tags.GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        tags.TryGetValue(RunTags.RunName, out var tagged);
        if (!string.IsNullOrEmpty(request.Name) && !string.IsNullOrEmpty(tagged) && request.Name != tagged)
            throw RegistryException.Invalid($"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{request.Name}', mlflow.runName='{tagged}').");
        var name = !string.IsNullOrEmpty(request.Name) ? request.Name : !string.IsNullOrEmpty(tagged) ? tagged : RunNames.Make();
        tags[RunTags.RunName] = name;

        var runId = Guid.NewGuid().ToString("N");
        var run = new Run
        {
            RunId = runId,
            ExperimentId = id,
            Name = name,
            UserId = request.UserId,
            StartTime = request.StartTime,
            ArtifactUri = $"{experiment.ArtifactLocation.TrimEnd('/')}/{runId}/artifacts",
        };
        db.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        await RunWriter.WriteTagsAsync(db, run.Id, [.. tags], cancellationToken);
        return run;
    }

    public Task UpdateAsync(string runId, string? status, long? endTime, string? name, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
    {
        var key = await FindActiveAsync(runId, token);
        if (status is not null && !RunStatus.All.Contains(status))
            throw RegistryException.Invalid($"Invalid value \"{status}\" for parameter 'status' supplied: use one of {string.Join(", ", RunStatus.All)}.");
        var rows = await db.Set<Run>().Where(r => r.Id == key.Id).ExecuteUpdateAsync(s =>
        {
            s.SetProperty(r => r.Id, r => r.Id);
            if (status is not null) s.SetProperty(r => r.Status, status);
            if (endTime is not null) s.SetProperty(r => r.EndTime, endTime);
            if (!string.IsNullOrEmpty(name)) s.SetProperty(r => r.Name, name);
        }, token);
        if (rows == 0) throw NotFound(runId);
        if (!string.IsNullOrEmpty(name)) await RunWriter.WriteTagsAsync(db, key.Id, [KeyValuePair.Create(RunTags.RunName, name)], token);
    }, cancellationToken);

    public Task SetDeletedAsync(string runId, bool deleted, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var key = await FindAsync(runId, token);
        long? deletedTime = deleted ? time.UnixNow() : null;
        // Garbage collection may have removed it meanwhile.
        if (await db.Set<Run>().Where(r => r.Id == key.Id).ExecuteUpdateAsync(s => s.SetProperty(r => r.DeletedTime, deletedTime), token) == 0) throw NotFound(runId);
    }, cancellationToken);

    public Task DeleteTagAsync(string runId, string tag, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var key = await FindActiveAsync(runId, token);
        if (await db.Set<RunTag>().Where(t => t.RunKey == key.Id && t.Key == tag).ExecuteDeleteAsync(token) == 0)
            throw RegistryException.NotFound($"No tag with name: {tag} in run with id {runId}");
    }, cancellationToken);

    private static RegistryException NotFound(string runId) => RegistryException.NotFound($"Run with id={runId} not found");
}
