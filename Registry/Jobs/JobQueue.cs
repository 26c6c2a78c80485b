using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Jobs.Specs;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>The durable queue as its clients see it: submit, look, cancel. <see cref="JobLeases"/> is the workers' side.</summary>
public sealed class JobQueue(RegistryDb db, WriteGate gate, TimeProvider time, QueueMetrics metrics)
{
    /// <summary>Adds the job and, for training, its run: both or neither.</summary>
    /// <param name="traceparent">Trace context of the request, which the worker will continue.</param>
    public Task<Job> SubmitAsync(CheckedJob request, string? traceparent, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var job = new QueuedJob
            {
                JobId = Guid.NewGuid().ToString("N"),
                Kind = request.Kind,
                Spec = request.SpecJson,
                Traceparent = traceparent,
                CreationTime = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            if (request.Training is { } spec)
                job.RunId = (await TrainingRuns.CreateAsync(db, job, spec, token)).RunId;
            db.Add(job);
            await db.SaveChangesAsync(token);
            return job.ToContract();
        }, cancellationToken);

    public async Task<Job> GetAsync(string id, CancellationToken cancellationToken)
    {
        var job = await db.Set<QueuedJob>().FirstOrDefaultAsync(j => j.JobId == id, cancellationToken);
        return job?.ToContract() ?? throw NoSuchJob(id);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(string? kind, string? status, int limit, CancellationToken cancellationToken)
    {
        var jobs = db.Set<QueuedJob>().Where(j => (kind == null || j.Kind == kind) && (status == null || j.Status == status));
        var page = await jobs.OrderByDescending(j => j.Id).Take(limit).ToListAsync(cancellationToken);
        return [.. page.Select(job => job.ToContract())];
    }

    /// <summary>Ends a waiting job at once; marks a leased one, whose worker learns it from its next heartbeat.</summary>
    public Task<Job> CancelAsync(string id, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var job = await db.LockJobAsync(id, token) ?? throw NoSuchJob(id);
            switch (job.Status)
            {
                case JobStates.Queued:
                    job.CancelRequested = true;
                    await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, token);
                    metrics.Ended(job);
                    break;
                case JobStates.Leased:
                    job.CancelRequested = true;
                    break;
                case JobStates.Cancelled:
                    break;
                default:
                    throw RegistryException.Conflict($"Job {id} has already ended as {job.Status}: there is nothing to cancel.");
            }

            await db.SaveChangesAsync(token);
            return job.ToContract();
        }, cancellationToken);

    public static RegistryException NoSuchJob(string id) => RegistryException.NotFound($"There is no job '{id}'.");
}
