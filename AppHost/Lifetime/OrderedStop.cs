using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>
/// Stops the services before the orchestrator does, those first that others do not need: a Trainer gives its job back to a Registry that still answers, which
/// still has its storage. Afterwards the AppHost stays until every process is gone that was started for it, and kills what remains: once it has ended, the next
/// start meets nothing of this one.
/// </summary>
internal sealed class OrderedStop(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, ILogger<OrderedStop> log) : IHostedLifecycleService
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

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var left = model.Resources.Where(resource => resource.Annotations.OfType<KeptRunningAnnotation>().Any()).ToList();
        while (left.Count > 0)
        {
            var needed = left.SelectMany(Needs).ToHashSet();
            var free = left.Where(resource => !needed.Contains(resource)).ToList();
            await Task.WhenAll(free.Select(resource => StopAsync(resource, cancellationToken)));
            left.RemoveAll(free.Contains);
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var end = DateTimeOffset.UtcNow + Patience;
        while (_processes.Any(ProcessTree.Lives) && DateTimeOffset.UtcNow < end)
            await Task.Delay(Glance, CancellationToken.None);
        foreach (var process in _processes.Where(ProcessTree.Lives))
        {
            log.LogWarning("Process {Process} did not end; it is killed", process.Id);
            ProcessTree.Kill(process);
        }
    }

    /// <summary>What it waited for at its start, also through what has no process, such as a connection string.</summary>
    private static IEnumerable<IResource> Needs(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource).SelectMany(needed => Needs(needed).Prepend(needed));

    private async Task StopAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (State(resource) is not { } state || KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.NotStarted)
            return;
        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand, cancellationToken);
        if (!result.Success)
            log.LogWarning("{Service} could not be stopped in its turn: {Reason}", resource.Name, result.Message);
        else
            await notifications.WaitForResourceAsync(resource.Name, KnownResourceStates.TerminalStates, cancellationToken);
    }

    private string? State(IResource resource) =>
        notifications.TryGetCurrentState(resource.Name, out var current) ? current.Snapshot.State?.Text : null;

    /// <summary>The orchestrator's two processes: one is the parent of the services', the other that one's.</summary>
    private IEnumerable<int> Orchestrators() => model.Resources
        .Select(resource => notifications.TryGetCurrentState(resource.Name, out var current) ? ProcessId(current.Snapshot) : null)
        .OfType<int>().Select(ProcessTree.ParentOf).OfType<int>().Where(IsOrchestrator).Distinct()
        .Select(controllers => ProcessTree.ParentOf(controllers) is { } server && IsOrchestrator(server) ? server : controllers).Distinct();

    private static bool IsOrchestrator(int processId) => Path.GetFileNameWithoutExtension(ProcessTree.ProgramOf(processId)) == "dcp";

    private static int? ProcessId(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : null;
}
