using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs.Sweeps;

namespace Linnaeus.Registry.Jobs;

/// <summary>Periodically requeues expired leases, even without active workers, updates sweeps, and counts the queue.</summary>
internal sealed class QueueKeeper(IServiceScopeFactory scopes, QueueMetrics metrics, TimeProvider time, ILogger<QueueKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Runs before the first request can expire leases.
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
            return; // the Registry is stopping
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
            // Requests report the same error; the next cycle retries.
            logger.LogWarning(error, "Queue maintenance failed: database unavailable.");
        }
    }
}
