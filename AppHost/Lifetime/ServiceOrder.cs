using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>Stops services before those that they need, and starts them after.</summary>
internal sealed class ServiceOrder(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, ILogger<ServiceOrder> log)
{
    /// <summary>Stops those first that no other needs: a Trainer gives its job back to a Registry that still answers, which still has its storage.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var row in Rows())
            await Task.WhenAll(row.Select(resource => StopAsync(resource, cancellationToken)));
    }

    /// <summary>Starts all, each when those that it needs are healthy.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var row in Enumerable.Reverse(Rows()))
            await Task.WhenAll(row.Select(resource => StartAsync(resource, cancellationToken)));
    }

    /// <summary>Services of one row need none of their own row, and none of the rows before.</summary>
    private List<List<IResource>> Rows()
    {
        var rows = new List<List<IResource>>();
        var left = model.Resources.Where(resource => resource.Annotations.OfType<KeptRunningAnnotation>().Any()).ToList();
        while (left.Count > 0)
        {
            var needed = left.SelectMany(resource => resource.Annotations.OfType<WaitAnnotation>()).Select(wait => wait.Resource).ToHashSet();
            rows.Add([.. left.Where(resource => !needed.Contains(resource))]);
            left.RemoveAll(rows[^1].Contains);
        }
        return rows;
    }

    private async Task StopAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (!notifications.TryGetCurrentState(resource.Name, out var current) || current.Snapshot.State?.Text is not { } state
            || state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state))
            return;
        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand, cancellationToken);
        if (result.Success)
            await notifications.WaitForResourceAsync(resource.Name, KnownResourceStates.TerminalStates, cancellationToken);
        else
            log.LogWarning("{Service} could not be stopped in its turn: {Reason}", resource.Name, result.Message);
    }

    private async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
            throw new DistributedApplicationException($"{resource.Name} could not be started again: {result.Message}");
        await notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
    }
}
