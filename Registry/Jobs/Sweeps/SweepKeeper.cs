using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs.Sweeps;

/// <summary>
/// Updates sweeps from the state of their runs: started, progress, median stopping, ended. Depends on the database only, so that
/// any Registry can repeat it at any time.
/// </summary>
public sealed class SweepKeeper(RegistryDb db, WriteGate gate, TimeProvider time, QueueMetrics metrics, ILogger<SweepKeeper> logger)
{
    /// <summary>Tag with the reason why a run was stopped early.</summary>
    public const string StoppedTag = "linnaeus.median_stopping";

    /// <summary>Tag of a sweep's run with the id of the best run.</summary>
    public const string BestTag = "linnaeus.best_run";

    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var sweeps = await db.Set<QueuedJob>()
            .Where(j => j.Kind == JobKinds.Sweep && (j.Status == JobStates.Queued || j.Status == JobStates.Leased))
            .OrderBy(j => j.Id).Select(j => new { j.JobId, j.Spec }).ToListAsync(cancellationToken);
        foreach (var sweep in sweeps)
        {
            var spec = JsonSerializer.Deserialize<SweepSpec>(sweep.Spec, ApiJson.Options)!;
            if (spec.MedianStopping is { } rule)
                await StopWorseAsync(sweep.JobId, spec, new MedianRule(rule, IsAccuracy(spec)), cancellationToken);
            await gate.WriteAsync(db, token => AdvanceAsync(sweep.JobId, spec, token), cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private async Task AdvanceAsync(string id, SweepSpec spec, CancellationToken cancellationToken)
    {
        if (await db.LockJobAsync(id, cancellationToken) is not { } sweep || JobStates.IsFinal(sweep.Status))
            return;
        var trainings = await TrainingsAsync(id, cancellationToken);
        var counts = trainings.CountBy(training => training.Status).ToDictionary();
        var ended = trainings.Count(training => JobStates.IsFinal(training.Status));
        sweep.Progress = JsonSerializer.Serialize(new JobProgress(ended, trainings.Count, Describe(counts)), ApiJson.Options);
        if (sweep.Status == JobStates.Queued && trainings.Min(training => training.StartTime) is { } start)
        {
            (sweep.Status, sweep.StartTime) = (JobStates.Leased, start);
            await TrainingRuns.UpdateAsync(db, sweep, RunStatus.Running, cancellationToken);
        }

        if (ended == trainings.Count)
            await EndAsync(sweep, spec, trainings, counts, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task EndAsync(
        QueuedJob sweep, SweepSpec spec, List<QueuedJob> trainings, Dictionary<string, int> counts, CancellationToken cancellationToken)
    {
        var best = await BestAsync(spec, trainings, cancellationToken);
        var result = new SweepResult(spec.Metric, best, Count(JobStates.Succeeded), Count(JobStates.Failed), Count(JobStates.Cancelled));
        sweep.Result = JsonSerializer.Serialize(result, ApiJson.Options);
        if (best is not null)
            await TrainingRuns.SetTagAsync(db, sweep, BestTag, best.RunId, cancellationToken);
        var (status, runStatus) = (sweep.CancelRequested, result.Succeeded) switch
        {
            (true, _) => (JobStates.Cancelled, RunStatus.Killed),
            (_, > 0) => (JobStates.Succeeded, RunStatus.Finished),
            _ => (JobStates.Failed, RunStatus.Failed),
        };
        if (status == JobStates.Failed)
            sweep.Error = $"None of the {trainings.Count} runs succeeded. {trainings.Select(training => training.Error).FirstOrDefault(error => error is not null)}".TrimEnd();
        await sweep.EndAsync(db, status, runStatus, time, cancellationToken);
        metrics.Ended(sweep);
        logger.LogInformation("Sweep {JobId} ended as {Status}; best run: {Best}.", sweep.JobId, status, best?.RunId);

        int Count(string ended) => counts.GetValueOrDefault(ended);
    }

    /// <summary>The successful run with the best value in any epoch; the first of equals.</summary>
    private async Task<SweepBest?> BestAsync(SweepSpec spec, List<QueuedJob> trainings, CancellationToken cancellationToken)
    {
        var runIds = trainings.Where(training => training.Status == JobStates.Succeeded).Select(training => training.RunId).ToArray();
        var (metricName, isAccuracy) = (spec.Metric.Name(), IsAccuracy(spec));
        var values = await (
            from run in db.Set<Run>()
            join metric in db.Set<LatestMetric>() on run.Id equals metric.RunKey
            where runIds.Contains(run.RunId) && metric.Key == metricName
            select new { run.RunId, Value = isAccuracy ? metric.MaxValue : metric.MinValue }).ToListAsync(cancellationToken);
        var best = trainings.Join(values.Where(v => v.Value is not null), t => t.RunId, v => v.RunId, (training, v) => (training, Value: v.Value!.Value))
            .OrderBy(t => isAccuracy ? -t.Value : t.Value).FirstOrDefault();
        if (best.training is not { } job)
            return null;
        var point = spec.Parameters.Keys.ToDictionary(name => name, name => ValueAt(JsonSerializer.Deserialize<JsonElement>(job.Spec), name));
        return new SweepBest(job.JobId, job.RunId!, best.Value, point, job.ToContract().Result);
    }

    /// <summary>Asks the workers to stop runs that fail the rule.</summary>
    private async Task StopWorseAsync(string id, SweepSpec spec, MedianRule rule, CancellationToken cancellationToken)
    {
        var trainings = await TrainingsAsync(id, cancellationToken);
        var running = trainings.Where(training => training.Status == JobStates.Leased && !training.CancelRequested).ToArray();
        if (running.Length == 0)
            return;
        var curves = await CurvesAsync(spec.Metric.Name(), trainings, cancellationToken);
        foreach (var training in running)
        {
            var others = trainings.Where(other => other != training).Select(other => curves.GetValueOrDefault(other.RunId!, []));
            if (rule.Judge(curves.GetValueOrDefault(training.RunId!, []), others) is { } reason)
                await gate.WriteAsync(db, token => StopAsync(training.JobId, reason, token), cancellationToken);
        }
    }

    private async Task StopAsync(string id, string reason, CancellationToken cancellationToken)
    {
        if (await db.LockJobAsync(id, cancellationToken) is not { Status: JobStates.Leased } training)
            return;
        training.CancelRequested = true;
        await TrainingRuns.SetTagAsync(db, training, StoppedTag, reason, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        logger.LogInformation("Stopping job {JobId} {Reason}.", id, reason);
    }

    /// <summary>The metric by run and epoch; a resumed run may have logged an epoch twice.</summary>
    private async Task<Dictionary<string, EpochValue[]>> CurvesAsync(
        string key, List<QueuedJob> trainings, CancellationToken cancellationToken)
    {
        var runIds = trainings.Select(training => training.RunId).ToArray();
        var points = await (
            from run in db.Set<Run>()
            join metric in db.Set<Metric>() on run.Id equals metric.RunKey
            where runIds.Contains(run.RunId) && metric.Key == key && !metric.IsNan
            orderby metric.Timestamp
            select new { run.RunId, metric.Step, metric.Value }).ToListAsync(cancellationToken);
        return points.GroupBy(point => point.RunId).ToDictionary(
            run => run.Key, run => run.GroupBy(point => point.Step).Select(step => new EpochValue(step.Key, step.Last().Value)).ToArray());
    }

    private Task<List<QueuedJob>> TrainingsAsync(string id, CancellationToken cancellationToken) =>
        db.Set<QueuedJob>().AsNoTracking().Where(j => j.SweepId == id).OrderBy(j => j.Id).ToListAsync(cancellationToken);

    private static bool IsAccuracy(SweepSpec spec) => spec.Metric == SweepMetric.ValAccuracy;

    private static string Describe(Dictionary<string, int> counts) => string.Join(", ", counts
        .OrderBy(count => count.Key, StringComparer.Ordinal)
        .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {(count.Key == JobStates.Leased ? "running" : count.Key.ToLowerInvariant())}")));

    /// <summary>The value of a field such as <c>early_stopping.patience</c>; null where the spec has none.</summary>
    private static JsonElement ValueAt(JsonElement spec, string name) => name.Split('.').Aggregate(
        spec, (json, field) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) ? value : JsonSerializer.SerializeToElement<object?>(null));
}
