using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>
/// Stops the services in order, before the orchestrator would stop all at once. Then waits until all their processes are gone and kills the
/// rest, so that the next start finds ports and files free.
/// </summary>
internal sealed class OrderedStop(
    ServiceOrder services, DistributedApplicationModel model, ResourceNotificationService notifications, ILogger<OrderedStop> log) : IHostedLifecycleService
{
    /// <summary>The orchestrator itself takes a few seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private IReadOnlyList<KnownProcess> _processes = [];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _processes = [.. Orchestrators().SelectMany(ProcessTree.Below).Distinct()];
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => services.StopAsync(cancellationToken);

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var end = DateTimeOffset.UtcNow + Patience;
        while (_processes.Any(ProcessTree.Lives) && DateTimeOffset.UtcNow < end)
            await Task.Delay(Glance, CancellationToken.None);
        foreach (var process in _processes.Where(ProcessTree.Lives))
        {
            log.LogWarning("Process {Process} did not exit; killing it", process.Id);
            ProcessTree.Kill(process);
        }
    }

    /// <summary>The orchestrator's two processes: the parent of the services, and its parent.</summary>
    private IEnumerable<int> Orchestrators() => model.Resources
        .Select(resource => notifications.TryGetCurrentState(resource.Name, out var current) ? ProcessId(current.Snapshot) : null)
        .OfType<int>().Select(ProcessTree.ParentOf).OfType<int>().Where(IsOrchestrator).Distinct()
        .Select(controllers => ProcessTree.ParentOf(controllers) is { } server && IsOrchestrator(server) ? server : controllers).Distinct();

    private static bool IsOrchestrator(int processId) => Path.GetFileNameWithoutExtension(ProcessTree.ProgramOf(processId)) == "dcp";

    private static int? ProcessId(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : null;
}
