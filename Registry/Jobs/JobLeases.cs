using System.Security.Cryptography;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>
/// The workers' side of the queue. Whoever knows the token of a lease owns it; other callers get a 409. Calls that end a lease can
/// be repeated with the same token, since a response may be lost.
/// </summary>
public sealed class JobLeases(RegistryDb db, WriteGate gate, TimeProvider time, LeaseExpiry expiry, QueueValve valve, QueueMetrics metrics)
{
    /// <summary>Leases the oldest queued job of these kinds; null when there is none or the queue is paused.</summary>
    public async Task<JobLease?> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        await expiry.SweepAsync(cancellationToken);

        // Idle workers poll all the time, so check before starting a write.
        if (!await db.Set<QueuedJob>().AnyAsync(j => j.Status == JobStates.Queued && request.Kinds.Contains(j.Kind), cancellationToken)
            || await valve.IsPausedAsync(cancellationToken))
            return null;
        return await gate.WriteAsync(db, token => TakeNextAsync(request, token), cancellationToken);
    }

    public Task<HeartbeatResponse> HeartbeatAsync(string id, HeartbeatRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request.LeaseToken, async (job, token) =>
        {
            await ResumeAsync(job, token);
            job.LeaseExpiryTime = Now() + (request.LeaseSeconds * 1000L);
            job.Progress = request.Progress is null ? job.Progress : JsonSerializer.Serialize(request.Progress, ApiJson.Options);
            return new HeartbeatResponse(job.CancelRequested, DateTimeOffset.FromUnixTimeMilliseconds(job.LeaseExpiryTime.Value));
        }, cancellationToken);

    public Task<Job> CompleteAsync(string id, CompleteRequest request, CancellationToken cancellationToken) =>
        EndAsync(id, request.LeaseToken, JobStates.Succeeded, RunStatus.Finished, job => job.Result = request.Result?.GetRawText(), cancellationToken);

    public Task<Job> FailAsync(string id, FailRequest request, CancellationToken cancellationToken) =>
        EndAsync(id, request.LeaseToken, JobStates.Failed, RunStatus.Failed, job => job.Error = request.Error, cancellationToken);

    public Task<Job> ReleaseAsync(string id, ReleaseRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request.LeaseToken, async (job, token) =>
        {
            if (job.Status == JobStates.Leased && job.CancelRequested)
            {
                await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, token);
                metrics.Ended(job);
            }
            else if (job.Status == JobStates.Leased)
            {
                job.Status = JobStates.Queued;
                await TrainingRuns.UpdateAsync(db, job, RunStatus.Scheduled, token);
            }
            else if (job.Status is JobStates.Succeeded or JobStates.Failed)
            {
                throw HasEnded(job);
            }

            (job.LeaseExpiryTime, job.LeasedTime) = (null, null);
            return job.ToContract();
        }, cancellationToken);

    private async Task<JobLease?> TakeNextAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        if (await db.LockNextAsync(request.Kinds, cancellationToken) is not { } job)
            return null;
        var now = Now();
        job.Status = JobStates.Leased;
        job.Worker = request.Worker;
        job.LeaseToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        job.LeasedTime = now;
        job.LeaseExpiryTime = now + (request.LeaseSeconds * 1000L);
        job.StartTime ??= now;
        job.Attempts++;
        await TrainingRuns.UpdateAsync(db, job, RunStatus.Running, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        metrics.Leased(job);
        return new JobLease(job.ToContract(), job.LeaseToken);
    }

    private Task<Job> EndAsync(
        string id, string leaseToken, string status, string runStatus, Action<QueuedJob> describe, CancellationToken cancellationToken) =>
        ChangeAsync(id, leaseToken, async (job, token) =>
        {
            if (job.Status == status)
                return job.ToContract();
            if (JobStates.IsFinal(job.Status))
                throw HasEnded(job);
            RefuseReleased(job);
            describe(job);
            await job.EndAsync(db, status, runStatus, time, token);
            metrics.Ended(job);
            return job.ToContract();
        }, cancellationToken);

    /// <summary>
    /// Restores the lease of a worker that was silent for too long, if no other worker has taken the job.
    /// </summary>
    private async Task ResumeAsync(QueuedJob job, CancellationToken cancellationToken)
    {
        if (JobStates.IsFinal(job.Status))
            throw HasEnded(job);
        RefuseReleased(job);
        if (job.Status != JobStates.Queued)
            return;
        job.Status = JobStates.Leased;
        await TrainingRuns.UpdateAsync(db, job, RunStatus.Running, cancellationToken);
    }

    private static void RefuseReleased(QueuedJob job)
    {
        if (job.LeaseExpiryTime is null)
            throw RegistryException.Conflict($"The lease on job {job.JobId} was released.");
    }

    private static RegistryException HasEnded(QueuedJob job) =>
        RegistryException.Conflict($"Job {job.JobId} has already ended as {job.Status}.");

    /// <summary>Changes the job in one transaction if the token matches its latest lease.</summary>
    private Task<T> ChangeAsync<T>(
        string id, string leaseToken, Func<QueuedJob, CancellationToken, Task<T>> change, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            var job = await db.LockJobAsync(id, token) ?? throw JobQueue.NoSuchJob(id);
            if (job.LeaseToken is null || job.LeaseToken != leaseToken)
                throw RegistryException.Conflict($"This lease on job {id} is no longer valid: another worker has the job, or the token is wrong. Stop working on it.");
            var answer = await change(job, token);
            await db.SaveChangesAsync(token);
            return answer;
        }, cancellationToken);

    private long Now() => time.UnixNow();
}
