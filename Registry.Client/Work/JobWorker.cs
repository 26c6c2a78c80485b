using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Linnaeus.Registry.Client.Work;

/// <summary>
/// Leases jobs of the handler's kind, one after the other. Each job continues the trace of the request that submitted it, in a span named
/// after the kind.
/// </summary>
public sealed class JobWorker(
    RegistryClient registry, IJobHandler handler, ActivitySource source, IOptions<JobWorkerOptions> settings, ILogger<JobWorker> logger)
    : BackgroundService
{
    private readonly JobWorkerOptions options = settings.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.LogInformation("Worker {Worker} started: waiting for {Kind} jobs", options.Name, handler.Kind);
        try
        {
            while (true)
                await WorkAsync(await NextLeaseAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogInformation("Worker {Worker} stopped", options.Name);
        }
    }

    private async Task<JobLease> NextLeaseAsync(CancellationToken stoppingToken)
    {
        using var quiet = new QuietRequests();
        var wait = options.PollSeconds;
        var unreachable = false;
        while (true)
        {
            await DrainAsync(stoppingToken);
            try
            {
                var request = new LeaseRequest(options.Name, [handler.Kind], options.LeaseSeconds);
                if (await registry.Jobs.LeaseAsync(request, stoppingToken) is { } lease)
                    return lease;
                unreachable = false;
            }
            catch (RegistryException error) when (error.IsTransient)
            {
                if (!unreachable) // log once, not at every poll
                    logger.LogWarning("Registry unavailable, polling continues: {Reason}", error.Message);
                unreachable = true;
            }
            await Task.Delay(TimeSpan.FromSeconds(wait), stoppingToken);
            wait = Math.Min(wait * 2, options.LongestPollSeconds);
        }
    }

    /// <summary>Waits while the worker is drained.</summary>
    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        if (!File.Exists(options.DrainFile))
            return;
        logger.LogInformation("Worker {Worker} drained: it leases no jobs while {File} exists", options.Name, options.DrainFile);
        while (File.Exists(options.DrainFile))
            await Task.Delay(TimeSpan.FromSeconds(options.PollSeconds), stoppingToken);
        logger.LogInformation("Worker {Worker} resumed", options.Name);
    }

    private async Task WorkAsync(JobLease lease, CancellationToken stoppingToken)
    {
        var job = lease.Job;
        ActivityContext.TryParse(job.Traceparent, null, isRemote: true, out var parent);
        using var activity = source.StartActivity(handler.Kind, ActivityKind.Consumer, parent);
        activity?.SetTag("linnaeus.job.id", job.Id).SetTag("linnaeus.job.attempt", job.Attempts).SetTag("linnaeus.run.id", job.RunId);
        logger.LogInformation("Started job {JobId} ({Kind}, attempt {Attempt})", job.Id, job.Kind, job.Attempts);

        await using var held = new HeldLease(registry.Jobs, lease, options, logger, stoppingToken);
        var work = Task.Run(() => handler.RunAsync(held), CancellationToken.None);
        var stopped = await EndedAsync(work, held.Token);
        await new JobOutcome(registry.Jobs, lease, held, options, logger).ReportAsync(stopped ? work : null);
        if (!stopped && !stoppingToken.IsCancellationRequested)
            await Task.WhenAny(work); // the outcome no longer counts, but the work still uses the cores
    }

    /// <summary>Waits for the end of the work; once it was told to stop, only for a limited time.</summary>
    private async Task<bool> EndedAsync(Task work, CancellationToken stop)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(told.SetResult))
            await Task.WhenAny(work, told.Task);
        return work.IsCompleted || await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(options.StopSeconds), CancellationToken.None)) == work;
    }
}
