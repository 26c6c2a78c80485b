namespace Aspire.Hosting.ApplicationModel;

/// <summary>Outcome of a command.</summary>
public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public string? Message { get; init; }
}

/// <summary>Makes outcomes.</summary>
public static class CommandResults
{
    public static ExecuteCommandResult Success() => new() { Success = true };

    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };
}

/// <summary>Runs commands of resources: see <see cref="KnownResourceCommands"/>.</summary>
public sealed class ResourceCommandService
{
    private readonly ResourceNotificationService notifications;
    private readonly Func<string, string, CancellationToken, Task<ExecuteCommandResult>> execute;

    internal ResourceCommandService(
        ResourceNotificationService notifications,
        Func<string, string, CancellationToken, Task<ExecuteCommandResult>> execute)
    {
        this.notifications = notifications;
        this.execute = execute;
    }

    /// <summary>Runs a command of one replica, or of a resource that has only one.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        notifications.TryGetCurrentState(resourceId, out var known)
            ? execute(known.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    /// <summary>Runs a command of every replica of a resource; the first failure is the answer.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var ids = notifications.Snapshot().Where(known => known.Resource == resource).Select(known => known.ResourceId);
        var results = await Task.WhenAll(ids.Select(id => execute(id, commandName, cancellationToken))).ConfigureAwait(false);
        return results.FirstOrDefault(result => !result.Success) ?? CommandResults.Success();
    }
}
