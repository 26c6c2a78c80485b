using Microsoft.Extensions.Logging;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>Stops services before their dependencies and starts them after.</summary>
internal sealed class ServiceOrder(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, ILogger<ServiceOrder> log)
{
    /// <summary>Stops dependents first: a Trainer can still release its job to a running Registry, which still has its storage.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var row in Rows())
            await Task.WhenAll(row.Select(resource => StopAsync(resource, cancellationToken)));
    }

    /// <summary>Starts every service once its dependencies are healthy.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var row in Enumerable.Reverse(Rows()))
            await Task.WhenAll(row.Select(resource => StartAsync(resource, cancellationToken)));
    }

    /// <summary>Services in a row depend only on services in later rows.</summary>
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
            log.LogWarning("{Service} could not be stopped in order: {Reason}", resource.Name, result.Message);
    }

    private async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
            throw new DistributedApplicationException($"{resource.Name} could not be restarted: {result.Message}");
        await notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
    }
}
