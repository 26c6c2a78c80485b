using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Jobs;

/// <summary>What becomes of jobs whose worker has stopped answering.</summary>
public sealed class LeaseExpiry(RegistryDb db, WriteGate gate, TimeProvider time, QueueMetrics metrics, ILogger<LeaseExpiry> logger)
{
    /// <summary>A job that has lost this many workers is taken to be what stops them, and fails.</summary>
    public const int MostExpiries = 5;

    /// <summary>How long a lease holds at least after the Registry itself was away and could hear nobody.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>To be called at the start: workers that worked on while the Registry was down get the time to say so.</summary>
    public Task GrantGraceAsync(CancellationToken cancellationToken)
    {
        var least = (time.GetUtcNow() + Grace).ToUnixTimeMilliseconds();
        return gate.WriteAsync(
            db,
            token => db.Set<QueuedJob>()
                .Where(j => j.Status == JobStates.Leased && j.LeaseExpiryTime < least)
                .ExecuteUpdateAsync(job => job.SetProperty(j => j.LeaseExpiryTime, least), token),
            cancellationToken);
    }

    /// <summary>Puts every job whose lease has run out back into the queue, or ends it: cancelled ones, and those that lost too many workers.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await db.Set<QueuedJob>().AnyAsync(j => j.Status == JobStates.Leased && j.LeaseExpiryTime <= now, cancellationToken))
            return;
        await gate.WriteAsync(db, async token =>
        {
            foreach (var job in await db.LockExpiredAsync(now, token))
                await ExpireAsync(job, token);
            await db.SaveChangesAsync(token);
        }, cancellationToken);
    }

    private async Task ExpireAsync(QueuedJob job, CancellationToken cancellationToken)
    {
        job.Expiries++;
        logger.LogWarning("The lease of {Worker} on job {JobId} ran out (time {Count} for this job).", job.Worker, job.JobId, job.Expiries);
        if (job.CancelRequested)
        {
            await job.EndAsync(db, JobStates.Cancelled, RunStatus.Killed, time, cancellationToken);
        }
        else if (job.Expiries > MostExpiries)
        {
            job.Error = $"{job.Expiries} workers in turn stopped answering while they held this job, {job.Worker} last. "
                + "They may have run out of memory; see their logs before submitting it again.";
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
