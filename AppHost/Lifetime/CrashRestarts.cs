using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>Marks a resource that <see cref="CrashRestarts"/> restarts.</summary>
internal sealed class KeptRunningAnnotation : IResourceAnnotation;

/// <summary>
/// Restarts a service that crashed: after a second, then with twice the delay each time, up to 30 s. The delay is reset once a service has
/// run for a while. A service stopped in the dashboard or by a command stays stopped.
/// </summary>
internal sealed class CrashRestarts(
    ResourceNotificationService notifications, ResourceCommandService commands, TimeProvider time, ILogger<CrashRestarts> log) : BackgroundService
{
    private readonly Dictionary<string, Watched> _services = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (!change.Resource.Annotations.OfType<KeptRunningAnnotation>().Any() || change.Snapshot.State?.Text is not { } state)
                continue;
            if (!_services.TryGetValue(change.ResourceId, out var service))
                _services[change.ResourceId] = service = new Watched();
            if (service.Follow(state, time.GetUtcNow()) is { } wait)
                _ = StartAsync(change, wait, stoppingToken);
        }
    }

    private async Task StartAsync(ResourceEvent ended, TimeSpan wait, CancellationToken cancellationToken)
    {
        var name = ended.Resource.Name;
        try
        {
            log.LogWarning("{Service} exited with code {ExitCode}; restarting in {Seconds} s", name, ended.Snapshot.ExitCode, wait.TotalSeconds);
            await Task.Delay(wait, time, cancellationToken);
            // It may have been started meanwhile.
            if (!notifications.TryGetCurrentState(ended.ResourceId, out var now) || !KnownResourceStates.TerminalStates.Contains(now.Snapshot.State?.Text))
                return;
            var result = await commands.ExecuteCommandAsync(ended.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
            if (!result.Success)
                log.LogError("{Service} could not be restarted: {Reason}", name, result.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // the platform is stopping
        }
    }

    /// <summary>Crash history of one service.</summary>
    internal sealed class Watched
    {
        public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
        public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

        /// <summary>Uptime after which a crash no longer counts as a failed start.</summary>
        public static readonly TimeSpan GoodWhile = TimeSpan.FromMinutes(1);

        private DateTimeOffset? _running;
        private TimeSpan _wait = ShortestWait;
        private bool _stopping;
        private bool _ended;

        /// <summary>Records the service's new state.</summary>
        /// <returns>Delay before the restart; null when there is nothing to do.</returns>
        public TimeSpan? Follow(string state, DateTimeOffset now)
        {
            if (state == KnownResourceStates.Stopping)
                _stopping = true;
            else if (state == KnownResourceStates.Running)
                (_running, _stopping, _ended) = (_running ?? now, false, false);
            else if (state == KnownResourceStates.Starting)
                (_running, _stopping, _ended) = (null, false, false);
            else if (KnownResourceStates.TerminalStates.Contains(state) && !_ended)
                return End(now);
            return null;
        }

        private TimeSpan? End(DateTimeOffset now)
        {
            _ended = true;
            if (now - _running >= GoodWhile)
                _wait = ShortestWait;
            _running = null;
            if (_stopping)
                return null;
            var wait = _wait;
            _wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            return wait;
        }
    }
}
