using System.Linq.Expressions;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>What becomes of jobs whose worker has stopped answering.</summary>
public sealed class LeaseExpiry(RegistryDb db, WriteGate gate, TimeProvider time, ClockWatch clock, QueueMetrics metrics, ILogger<LeaseExpiry> logger)
{
    /// <summary>
    /// How often a job is tried again when it has lost a worker without getting further than before: after that it is taken to be what stops them, and
    /// fails. One that gets further starts to count anew, so that a long training survives any number of machines.
    /// </summary>
    public const int MostRetries = 3;

    /// <summary>How long a lease holds at least after the Registry itself was away and could hear nobody.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>To be called at the start: workers that worked on while the Registry was down get the time to say so.</summary>
    public Task GrantGraceAsync(CancellationToken cancellationToken)
    {
        var least = GraceEnd();
        return EndAtAsync(least, j => j.LeaseExpiryTime < least, cancellationToken);
    }

    /// <summary>Puts every job whose lease has run out back into the queue, or ends it: cancelled ones, and those that stop their workers.</summary>
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

    /// <summary>After a jump no lease can be told from another: each gets the time in which a worker that lives speaks up.</summary>
    private async Task EndInGraceAsync(TimeSpan jump, CancellationToken cancellationToken)
    {
        // A sweep that runs has no lease of its own.
        var leases = await EndAtAsync(GraceEnd(), j => j.LeaseExpiryTime != null, cancellationToken);
        clock.Settle();
        logger.LogWarning("The clock was put by {Jump}; {Count} leases now end in {Grace}.", jump, leases, Grace);
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
        logger.LogWarning("The lease of {Worker} on job {JobId} ran out (time {Count} at this place).", job.Worker, job.JobId, job.Expiries);
        if (job.CancelRequested)
        {
            await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, cancellationToken);
        }
        else if (job.Expiries > MostRetries)
        {
            job.Error = $"Given up: {job.Expiries} workers in turn stopped answering while they held this job, {job.Worker} last, none of them further than "
                + $"step {job.Furthest}. They may have run out of memory or crashed; see their logs before submitting it again.";
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
