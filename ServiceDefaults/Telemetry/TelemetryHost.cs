using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Brings the telemetry providers to life before any other service starts, and flushes them after all others have stopped, the
/// three at the same time so that a collector that hangs costs <see cref="FlushTime"/> once.
/// </summary>
internal sealed class TelemetryHost(IServiceProvider services) : IHostedLifecycleService
{
    public static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);

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
        var time = (int)FlushTime.TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => services.GetRequiredService<TracerProvider>().Shutdown(time), CancellationToken.None),
            Task.Run(() => services.GetRequiredService<MeterProvider>().Shutdown(time), CancellationToken.None),
            Task.Run(() => services.GetRequiredService<LoggerProvider>().Shutdown(time), CancellationToken.None));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
