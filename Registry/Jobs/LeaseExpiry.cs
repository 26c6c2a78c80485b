using System.Linq.Expressions;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>Handles jobs whose worker has stopped responding.</summary>
public sealed class LeaseExpiry(RegistryDb db, WriteGate gate, TimeProvider time, ClockWatch clock, QueueMetrics metrics, ILogger<LeaseExpiry> logger)
{
    /// <summary>
    /// How often a job is retried after it has lost a worker without new progress. After that the job probably crashes its workers, and
    /// fails. New progress resets the count, so that a long run survives any number of machines.
    /// </summary>
    public const int MostRetries = 3;

    /// <summary>Minimum lease time after the Registry itself was unavailable.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Call at startup: gives workers that ran while the Registry was down time to send a heartbeat.</summary>
    public Task GrantGraceAsync(CancellationToken cancellationToken)
    {
        var least = GraceEnd();
        return EndAtAsync(least, j => j.LeaseExpiryTime < least, cancellationToken);
    }

    /// <summary>Requeues every job whose lease has expired, or ends it if it is canceled or keeps losing its workers.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (clock.Jump is var jump && jump != TimeSpan.Zero)
            await EndInGraceAsync(jump, cancellationToken);
        var now = time.UnixNow();
        if (!await db.Set<QueuedJob>().AnyAsync(j => j.Status == JobStates.Leased && j.LeaseExpiryTime <= now, cancellationToken))
            return;
        await gate.WriteAsync(db, async token =>
        {
            foreach (var job in await db.LockExpiredAsync(now, token))
                await ExpireAsync(job, token);
            await db.SaveChangesAsync(token);
        }, cancellationToken);
    }

    /// <summary>After a clock jump, gives each lease the time in which a live worker sends a heartbeat.</summary>
    private async Task EndInGraceAsync(TimeSpan jump, CancellationToken cancellationToken)
    {
        // A running sweep has no lease of its own.
        var leases = await EndAtAsync(GraceEnd(), j => j.LeaseExpiryTime != null, cancellationToken);
        clock.Settle();
        logger.LogWarning("System clock changed by {Jump}; {Count} leases now end in {Grace}.", jump, leases, Grace);
    }

    private long GraceEnd() => (time.GetUtcNow() + Grace).ToUnixTimeMilliseconds();

    private Task<int> EndAtAsync(long end, Expression<Func<QueuedJob, bool>> leases, CancellationToken cancellationToken) => gate.WriteAsync(
        db,
        token => db.Set<QueuedJob>().Where(j => j.Status == JobStates.Leased).Where(leases)
            .ExecuteUpdateAsync(job => job.SetProperty(j => j.LeaseExpiryTime, end), token),
        cancellationToken);

    private async Task ExpireAsync(QueuedJob job, CancellationToken cancellationToken)
    {
        job.CountExpiry();
        logger.LogWarning("Lease of {Worker} on job {JobId} expired (expiry {Count} without progress).", job.Worker, job.JobId, job.Expiries);
        if (job.CancelRequested)
        {
            await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, cancellationToken);
        }
        else if (job.Expiries > MostRetries)
        {
            job.Error = $"Failed after {job.Expiries} attempts: each worker (last: {job.Worker}) stopped responding at or before "
                + $"step {job.Furthest}. They may have crashed or run out of memory; check their logs before you resubmit the job.";
            await job.EndAsync(db, JobStates.Failed, RunStatus.Failed, time, cancellationToken);
        }
        else
        {
            job.Status = JobStates.Queued;
            await TrainingRuns.UpdateAsync(db, job, RunStatus.Scheduled, cancellationToken);
            return;
        }

        metrics.Ended(job);
    }
}
