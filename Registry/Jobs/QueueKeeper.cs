using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs.Sweeps;

namespace Linnaeus.Registry.Jobs;

/// <summary>Every few seconds returns expired leases to the queue, also when no worker is left to ask for work, brings sweeps up to date, and counts the queue.</summary>
internal sealed class QueueKeeper(IServiceScopeFactory scopes, QueueMetrics metrics, TimeProvider time, ILogger<QueueKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request can sweep.
        await using (var scope = scopes.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<LeaseExpiry>().GrantGraceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
                await KeepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the Registry stops
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<LeaseExpiry>().SweepAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<SweepKeeper>().KeepAsync(cancellationToken);
            var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
            await metrics.LookAsync(db, time.UnixNow(), cancellationToken);
        }
        catch (Exception error) when (ErrorResponses.IsOutage(error))
        {
            // Requests are told the same; the next turn tries again.
            logger.LogWarning(error, "The queue could not be kept: the database is unavailable.");
        }
    }
}
