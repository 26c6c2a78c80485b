using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Flushes logs, metrics and traces concurrently after all other services have stopped, in the rest of
/// <see cref="StopTime"/>, so that a hanging collector does not keep the process alive.
/// </summary>
internal sealed class TelemetryFlush(
    TracerProvider traces, MeterProvider metrics, LoggerProvider logs, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedService
{
    /// <summary>Maximum time to stop, telemetry included; orchestrators kill the process at 10 s.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(9);

    /// <summary>Minimum time for the telemetry when other services use all their time.</summary>
    private static readonly TimeSpan LeastFlushTime = TimeSpan.FromSeconds(2);

    /// <summary>Time for all other services to stop.</summary>
    public static readonly TimeSpan ServicesStopTime = StopTime - LeastFlushTime;

    private long _stopping;

    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.FromResult(lifetime.ApplicationStopping.Register(() => _stopping = time.GetTimestamp()));

    // The first registered service stops last.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var left = StopTime - time.GetElapsedTime(_stopping);
        var limit = (int)(left > LeastFlushTime ? left : LeastFlushTime).TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => traces.Shutdown(limit), CancellationToken.None),
            Task.Run(() => metrics.Shutdown(limit), CancellationToken.None),
            Task.Run(() => logs.Shutdown(limit), CancellationToken.None));
    }
}
