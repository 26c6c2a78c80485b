using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Flushes the telemetry after all other services have stopped, its three kinds at the same time, in what is left of
/// <see cref="StopTime"/>: a collector that hangs does not keep the process.
/// </summary>
internal sealed class TelemetryFlush(
    TracerProvider traces, MeterProvider metrics, LoggerProvider logs, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedService
{
    /// <summary>Time a service takes to stop at most, its telemetry included; orchestrators kill it at 10 s.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(9);

    /// <summary>What stays for the telemetry when the others take all the time they may.</summary>
    private static readonly TimeSpan LeastFlushTime = TimeSpan.FromSeconds(2);

    /// <summary>What the host gives all other services to stop.</summary>
    public static readonly TimeSpan ServicesStopTime = StopTime - LeastFlushTime;

    private long _stopping;

    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.FromResult(lifetime.ApplicationStopping.Register(() => _stopping = time.GetTimestamp()));

    // The first one to be registered is the last one to be stopped.
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
