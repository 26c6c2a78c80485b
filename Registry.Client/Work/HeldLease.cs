using System.Net;
using Microsoft.Extensions.Logging;

namespace Linnaeus.Registry.Client.Work;

/// <summary>Why a running job has to stop early.</summary>
public enum StopReason
{
    None,

    /// <summary>A user canceled the job.</summary>
    Cancelled,

    /// <summary>Another worker has the lease: the job's data must not be changed any more.</summary>
    LeaseLost,

    /// <summary>This process is stopping; another worker resumes the job.</summary>
    Stopping,
}

/// <summary>
/// Keeps a lease alive with heartbeats that carry the latest progress. <see cref="Token"/> fires when the job has to stop, for the reason
/// in <see cref="Reason"/>. An unreachable Registry is not a reason: the work continues, and the next successful heartbeat shows whether
/// the lease is still held.
/// </summary>
public sealed class HeldLease : IAsyncDisposable
{
    private readonly JobsClient jobs;
    private readonly JobLease lease;
    private readonly JobWorkerOptions options;
    private readonly ILogger logger;
    private readonly CancellationTokenSource work = new();
    private readonly CancellationTokenSource beats = new();
    private readonly CancellationTokenRegistration stopping;
    private readonly Task beating;
    private JobProgress? latest;
    private int reason;

    /// <summary>Starts the heartbeats.</summary>
    public HeldLease(JobsClient jobs, JobLease lease, JobWorkerOptions options, ILogger logger, CancellationToken stoppingToken)
    {
        (this.jobs, this.lease, this.options, this.logger) = (jobs, lease, options, logger);
        stopping = stoppingToken.Register(() => Stop(StopReason.Stopping));
        beating = Task.Run(() => BeatAsync(beats.Token), CancellationToken.None);
    }

    public Job Job => lease.Job;

    /// <summary>Fires when the work has to stop.</summary>
    public CancellationToken Token => work.Token;

    public StopReason Reason => (StopReason)Volatile.Read(ref reason);

    /// <summary>Stores the latest progress for the next heartbeat.</summary>
    public void Report(JobProgress progress) => Volatile.Write(ref latest, progress);

    /// <summary>Ends the heartbeats.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.DisposeAsync();
        await beats.CancelAsync();
        await beating;
        beats.Dispose();
        work.Dispose();
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var quiet = new QuietRequests();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.HeartbeatSeconds));
        try
        {
            while (Reason != StopReason.LeaseLost && await timer.WaitForNextTickAsync(cancellationToken))
                await BeatOnceAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // the job has ended
        }
    }

    private async Task BeatOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = new HeartbeatRequest(lease.LeaseToken, Volatile.Read(ref latest), options.LeaseSeconds);
            var answer = await jobs.HeartbeatAsync(Job.Id, request, cancellationToken);
            if (answer.CancelRequested)
                Stop(StopReason.Cancelled);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            logger.LogWarning("Job {JobId}: lease lost: {Reason}", Job.Id, error.Message);
            Stop(StopReason.LeaseLost);
        }
        catch (RegistryException error) when (error.IsTransient)
        {
            logger.LogWarning("Job {JobId}: heartbeat failed, retrying: {Reason}", Job.Id, error.Message);
        }
    }

    private void Stop(StopReason why)
    {
        // The first reason is kept, but a lost lease takes precedence, since it can no longer be released.
        var before = Interlocked.CompareExchange(ref reason, (int)why, (int)StopReason.None);
        if (before != (int)StopReason.None && why == StopReason.LeaseLost)
            Volatile.Write(ref reason, (int)why);
        work.Cancel();
    }
}
