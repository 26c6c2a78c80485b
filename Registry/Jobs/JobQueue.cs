using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs.Specs;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>The clients' side of the queue: submit, list, cancel. <see cref="JobLeases"/> is the workers' side.</summary>
public sealed class JobQueue(RegistryDb db, WriteGate gate, TimeProvider time, QueueMetrics metrics)
{
    /// <summary>Adds the job with the run of a training job or all runs of a sweep, atomically.</summary>
    /// <param name="traceparent">Trace context of the request, which the worker continues.</param>
    public Task<Job> SubmitAsync(CheckedJob request, string? traceparent, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var job = NewJob(request.Kind, request.SpecJson, traceparent);
            if (request.Training is { } training)
                job.RunId = (await TrainingRuns.CreateAsync(db, job, training, null, token)).RunId;
            else if (request.Sweep is { } sweep)
                await ExpandAsync(job, sweep, token);
            db.Add(job);
            await db.SaveChangesAsync(token);
            return job.ToContract();
        }, cancellationToken);

    private async Task ExpandAsync(QueuedJob sweep, CheckedSweep request, CancellationToken cancellationToken)
    {
        var parent = await TrainingRuns.CreateAsync(db, sweep, request.Spec, cancellationToken);
        sweep.RunId = parent.RunId;
        sweep.Progress = JsonSerializer.Serialize(new JobProgress(0, request.Trainings.Count, null), ApiJson.Options);
        foreach (var (index, training) in request.Trainings.Index())
        {
            var spec = training.Spec with { Name = string.Create(CultureInfo.InvariantCulture, $"{parent.Name}-{index + 1}") };
            var job = NewJob(JobKinds.Train, JsonSerializer.Serialize(spec, ApiJson.Options), sweep.Traceparent);
            job.SweepId = sweep.JobId;
            job.RunId = (await TrainingRuns.CreateAsync(db, job, spec, parent, cancellationToken)).RunId;
            db.Add(job);
        }
    }

    private QueuedJob NewJob(string kind, string spec, string? traceparent) => new()
    {
        JobId = Guid.NewGuid().ToString("N"),
        Kind = kind,
        Spec = spec,
        Traceparent = traceparent,
        CreationTime = time.UnixNow(),
    };

    public async Task<Job> GetAsync(string id, CancellationToken cancellationToken)
    {
        var job = await db.Set<QueuedJob>().FirstOrDefaultAsync(j => j.JobId == id, cancellationToken);
        return job?.ToContract() ?? throw NoSuchJob(id);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(string? kind, string? status, string? sweep, int limit, CancellationToken cancellationToken)
    {
        var jobs = db.Set<QueuedJob>()
            .Where(j => (kind == null || j.Kind == kind) && (status == null || j.Status == status) && (sweep == null || j.SweepId == sweep));
        var page = await jobs.OrderByDescending(j => j.Id).Take(limit).ToListAsync(cancellationToken);
        return [.. page.Select(job => job.ToContract())];
    }

    /// <summary>
    /// Ends a queued job at once; marks a leased one, so that the next heartbeat tells its worker. For a sweep, does this with every run;
    /// the sweep ends with the last one.
    /// </summary>
    public Task<Job> CancelAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            // Runs are locked before their sweep; every caller that locks both uses this order.
            var trainings = await db.LockSweepAsync(id, token);
            var job = await db.LockJobAsync(id, token) ?? throw NoSuchJob(id);
            if (job.Status is JobStates.Succeeded or JobStates.Failed)
                throw RegistryException.Conflict($"Job {id} has already ended as {job.Status} and cannot be canceled.");
            foreach (var training in trainings)
                await CancelAsync(training, isHeld: training.Status == JobStates.Leased, token);
            await CancelAsync(job, isHeld: job.Kind == JobKinds.Sweep ? trainings.Any(t => t.Status == JobStates.Leased) : job.Status == JobStates.Leased, token);
            await db.SaveChangesAsync(token);
            return job.ToContract();
        }, cancellationToken);

    /// <param name="isHeld">Whether a worker has to stop first.</param>
    private async Task CancelAsync(QueuedJob job, bool isHeld, CancellationToken cancellationToken)
    {
        if (JobStates.IsFinal(job.Status))
            return;
        job.CancelRequested = true;
        if (isHeld)
            return;
        await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, cancellationToken);
        metrics.Ended(job);
    }

    /// <summary>
    /// Requeues a failed or canceled job at its old place with its run, which resumes from its last checkpoint. A queued or running job is
    /// left unchanged.
    /// </summary>
    public Task<Job> ResumeAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var job = await db.LockJobAsync(id, token) ?? throw NoSuchJob(id);
            if (job is { Status: JobStates.Queued or JobStates.Leased, CancelRequested: false })
                return job.ToContract();
            RefuseResumption(job);
            job.Resume();
            await TrainingRuns.ResumeAsync(db, job, token);
            await db.SaveChangesAsync(token);
            return job.ToContract();
        }, cancellationToken);

    private static void RefuseResumption(QueuedJob job)
    {
        if (job.Kind == JobKinds.Sweep || job.SweepId is not null)
            throw RegistryException.Conflict($"Job {job.JobId} is part of a sweep and cannot be resumed. Submit its spec again.");
        if (job.Status == JobStates.Succeeded)
            throw RegistryException.Conflict($"Job {job.JobId} has succeeded and cannot be resumed. Submit its spec again.");
        if (!JobStates.IsFinal(job.Status))
            throw RegistryException.Conflict($"Job {job.JobId} is being canceled. Resume it once its worker has stopped.");
    }

    public static RegistryException NoSuchJob(string id) => RegistryException.NotFound($"Job '{id}' not found.");
}
