using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>The MLflow runs of training jobs and sweeps: created with the job, and updated with its status.</summary>
internal static class TrainingRuns
{
    /// <summary>Tag with the reason why a run failed.</summary>
    public const string ErrorTag = "linnaeus.error";

    private const int LongestTag = 5000;

    public static Task<Experiment?> FindExperimentAsync(RegistryDb db, string name, CancellationToken cancellationToken) =>
        db.Set<Experiment>().FirstOrDefaultAsync(e => e.Name == name, cancellationToken);

    /// <summary>Adds a SCHEDULED run with the spec as params, so that a run that fails at once also shows its configuration.</summary>
    /// <param name="parent">The sweep's run, for a run of a sweep.</param>
    public static async Task<Run> CreateAsync(
        RegistryDb db, QueuedJob job, TrainingSpec spec, Run? parent, CancellationToken cancellationToken)
    {
        var run = await AddAsync(db, job, spec.Experiment, spec.Name, spec.Model, cancellationToken);
        var tags = Tags(job, run).Concat([(RunTags.Dataset, spec.Dataset), ("linnaeus.model", spec.Model)]);
        Describe(db, run, parent is null ? tags : tags.Append((RunTags.ParentRun, parent.RunId)), spec);
        return run;
    }

    /// <summary>Adds the SCHEDULED run of a sweep, which is the parent of its runs.</summary>
    public static async Task<Run> CreateAsync(RegistryDb db, QueuedJob job, SweepSpec spec, CancellationToken cancellationToken)
    {
        var run = await AddAsync(db, job, spec.Base.Experiment, spec.Name ?? spec.Base.Name, $"{spec.Base.Model}-sweep", cancellationToken);
        Describe(db, run, Tags(job, run).Append(("linnaeus.model", spec.Base.Model)), spec);
        return run;
    }

    private static async Task<Run> AddAsync(
        RegistryDb db, QueuedJob job, string experimentName, string? name, string kind, CancellationToken cancellationToken)
    {
        var experiment = await GetOrCreateExperimentAsync(db, experimentName, job.CreationTime, cancellationToken);
        var runId = Guid.NewGuid().ToString("N");
        var run = new Run
        {
            RunId = runId,
            ExperimentId = experiment.Id,
            Name = name ?? $"{kind}-{runId[..6]}",
            Status = RunStatus.Scheduled,
            StartTime = job.CreationTime,
            ArtifactUri = $"{experiment.ArtifactLocation}/{runId}/artifacts",
        };
        db.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        return run;
    }

    private static void Describe(RegistryDb db, Run run, IEnumerable<(string Key, string Value)> tags, object spec)
    {
        foreach (var (key, value) in tags)
            db.Add(new RunTag { RunKey = run.Id, Key = key, Value = Cut(value) });
        foreach (var (key, value) in Params(JsonSerializer.SerializeToElement(spec, ApiJson.Options), ""))
            db.Add(new Param { RunKey = run.Id, Key = key, Value = value });
    }

    /// <summary>Updates the run's status from its job. Does nothing for a job without a run.</summary>
    public static async Task UpdateAsync(RegistryDb db, QueuedJob job, string status, CancellationToken cancellationToken)
    {
        if (job.RunId is null)
            return;
        var isEnd = JobStates.IsFinal(job.Status);
        await db.Set<Run>().Where(r => r.RunId == job.RunId).ExecuteUpdateAsync(
            run => run
                .SetProperty(r => r.Status, status)
                .SetProperty(r => r.StartTime, r => job.StartTime ?? r.StartTime)
                .SetProperty(r => r.EndTime, r => isEnd ? job.EndTime : null),
            cancellationToken);
        if (job.Error is not null)
            await SetTagAsync(db, job, ErrorTag, job.Error, cancellationToken);
    }

    /// <summary>Schedules the run of a resumed job.</summary>
    /// <exception cref="RegistryException">409: the run and its checkpoints were deleted.</exception>
    public static async Task ResumeAsync(RegistryDb db, QueuedJob job, CancellationToken cancellationToken)
    {
        if (job.RunId is null)
            return;
        var key = await db.Set<Run>().Where(r => r.RunId == job.RunId && r.DeletedTime == null).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken)
            ?? throw RegistryException.Conflict($"Run {job.RunId} of job {job.JobId} was deleted. Restore it, or submit the spec again.");
        await UpdateAsync(db, job, RunStatus.Scheduled, cancellationToken);
        await db.Set<RunTag>().Where(t => t.RunKey == key && t.Key == ErrorTag).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Sets a tag of the job's run, if the run exists.</summary>
    public static async Task SetTagAsync(RegistryDb db, QueuedJob job, string name, string value, CancellationToken cancellationToken)
    {
        var key = await db.Set<Run>().Where(r => r.RunId == job.RunId).Select(r => (long?)r.Id).FirstOrDefaultAsync(cancellationToken);
        if (key is null)
            return;
        await db.Set<RunTag>().Where(t => t.RunKey == key && t.Key == name).ExecuteDeleteAsync(cancellationToken);
        db.Add(new RunTag { RunKey = key.Value, Key = name, Value = Cut(value) });
    }

    private static async Task<Experiment> GetOrCreateExperimentAsync(RegistryDb db, string name, long now, CancellationToken cancellationToken)
    {
        if (await FindExperimentAsync(db, name, cancellationToken) is { } known)
            return known.Deleted ? throw RegistryException.Conflict($"The experiment \"{name}\" was just deleted.") : known;

        // Two requests may create it at once; the second finds the first one's.
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO experiments (name, artifact_location, creation_time, last_update_time, deleted) VALUES ({name}, '', {now}, {now}, {false}) ON CONFLICT DO NOTHING",
            cancellationToken);
        var made = await db.Set<Experiment>().AsTracking().FirstAsync(e => e.Name == name, cancellationToken);
        if (made.ArtifactLocation.Length == 0)
            made.ArtifactLocation = string.Create(CultureInfo.InvariantCulture, $"mlflow-artifacts:/{made.Id}");
        return made;
    }

    private static IEnumerable<(string Key, string Value)> Tags(QueuedJob job, Run run)
    {
        yield return (RunTags.RunName, run.Name);
        yield return ("mlflow.source.name", "Linnaeus Trainer");
        yield return ("mlflow.source.type", "JOB");
        yield return (RunTags.Job, job.JobId);
        if (job.Traceparent?.Split('-') is [_, { } traceId, ..])
            yield return ("linnaeus.trace_id", traceId);
    }

    /// <summary>Every field of the spec, nested ones as <c>synthetic.classes</c>.</summary>
    private static IEnumerable<(string Key, string Value)> Params(JsonElement json, string prefix) =>
        json.EnumerateObject().SelectMany(field => field.Value.ValueKind == JsonValueKind.Object
            ? Params(field.Value, $"{prefix}{field.Name}.")
            : [(prefix + field.Name, field.Value.ToString())]);

    private static string Cut(string text) => text.Length > LongestTag ? text[..LongestTag] : text;
}
