using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs.Specs;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>The durable queue as its clients see it: submit, look, cancel. <see cref="JobLeases"/> is the workers' side.</summary>
public sealed class JobQueue(RegistryDb db, WriteGate gate, TimeProvider time, QueueMetrics metrics)
{
    /// <summary>Adds the job, with the run of a training, and the whole of a sweep: all or nothing.</summary>
    /// <param name="traceparent">Trace context of the request, which the worker will continue.</param>
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
    /// Ends a waiting job at once; marks a leased one, whose worker learns it from its next heartbeat. So it is with every training of a sweep, which
    /// ends with the last of them.
    /// </summary>
    public Task<Job> CancelAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            // Trainings before their sweep: whoever locks both does it in this order.
            var trainings = await db.LockSweepAsync(id, token);
            var job = await db.LockJobAsync(id, token) ?? throw NoSuchJob(id);
            if (job.Status is JobStates.Succeeded or JobStates.Failed)
                throw RegistryException.Conflict($"Job {id} has already ended as {job.Status}: there is nothing to cancel.");
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
    /// Puts a job that failed or was cancelled back to its place in the queue, with its run: a training goes on from its last checkpoint. One that waits or is
    /// in work stays as it is.
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
            throw RegistryException.Conflict($"Job {job.JobId} belongs to a sweep, which ends once. Submit its spec again.");
        if (job.Status == JobStates.Succeeded)
            throw RegistryException.Conflict($"Job {job.JobId} has succeeded: there is nothing to resume. Submit its spec again.");
        if (!JobStates.IsFinal(job.Status))
            throw RegistryException.Conflict($"Job {job.JobId} is being cancelled. Resume it once its worker has stopped.");
    }

    public static RegistryException NoSuchJob(string id) => RegistryException.NotFound($"There is no job '{id}'.");
}
