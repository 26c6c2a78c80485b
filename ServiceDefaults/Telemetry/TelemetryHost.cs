using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Brings the telemetry providers to life before any other service starts, and flushes them after all others have stopped, the
/// three at the same time, in what is left of <see cref="StopTime"/>: a collector that hangs does not keep the process.
/// </summary>
internal sealed class TelemetryHost(IServiceProvider services, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Time a service takes to stop at most, its telemetry included; orchestrators kill it at 10 s.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(9);

    /// <summary>What stays for the telemetry when the others take all the time they may.</summary>
    private static readonly TimeSpan LeastFlushTime = TimeSpan.FromSeconds(2);

    /// <summary>What the host gives all other services to stop.</summary>
    public static readonly TimeSpan ServicesStopTime = StopTime - LeastFlushTime;

    private long _stopping;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Resolving creates the listeners; without it nothing is recorded.
        services.GetRequiredService<MeterProvider>();
        services.GetRequiredService<TracerProvider>();
        services.GetRequiredService<LoggerProvider>();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        var left = StopTime - time.GetElapsedTime(_stopping);
        var limit = (int)(left > LeastFlushTime ? left : LeastFlushTime).TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => services.GetRequiredService<TracerProvider>().Shutdown(limit), CancellationToken.None),
            Task.Run(() => services.GetRequiredService<MeterProvider>().Shutdown(limit), CancellationToken.None),
            Task.Run(() => services.GetRequiredService<LoggerProvider>().Shutdown(limit), CancellationToken.None));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = time.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
