using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource's state changed; <paramref name="resourceId"/> tells replicas apart.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource { get; } = resource;

    public string ResourceId { get; } = resourceId;

    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>Holds the present snapshot of every resource and tells subscribers of each change.</summary>
public sealed class ResourceNotificationService : IDisposable
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ResourceEvent> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource disposed = new();
    private ImmutableArray<ChannelWriter<ResourceEvent>> subscribers = [];

    internal ResourceNotificationService()
    {
    }

    /// <summary>The present snapshot of every resource, then each change, for ever. Cancel to end it.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, disposed.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (gate)
        {
            foreach (var known in current.Values)
                channel.Writer.TryWrite(known);
            subscribers = subscribers.Add(channel.Writer);
        }
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(ends.Token).ConfigureAwait(false))
                yield return change;
        }
        finally
        {
            lock (gate)
                subscribers = subscribers.Remove(channel.Writer);
        }
    }

    /// <summary>Waits until the resource is in <paramref name="targetState"/> (default: Running).</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until the resource is in one of <paramref name="targetStates"/>, and tells in which.</summary>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(
            resourceName, change => change.Snapshot.State is { } state && wanted.Contains(state.Text), cancellationToken).ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits for the first change of the resource for which <paramref name="predicate"/> holds.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change))
                return change;
        }
        throw new OperationCanceledException($"The application stopped while resource '{resourceName}' was waited for.");
    }

    /// <summary>Waits until the resource runs and all its health checks are healthy.</summary>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);

    /// <summary>As above; with <see cref="WaitBehavior.StopOnResourceUnavailable"/> an ended resource fails the wait at once.</summary>
    /// <exception cref="DistributedApplicationException">The resource ended and <paramref name="waitBehavior"/> says not to wait for its return.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var stops = waitBehavior == WaitBehavior.StopOnResourceUnavailable;
        var reached = await WaitForResourceAsync(
            resourceName,
            change => change.Snapshot.HealthStatus == HealthStatus.Healthy || (stops && IsTerminal(change.Snapshot)),
            cancellationToken).ConfigureAwait(false);
        if (reached.Snapshot.HealthStatus == HealthStatus.Healthy)
            return reached;
        throw new DistributedApplicationException(
            $"Stopped waiting for resource '{resourceName}' to become healthy because it is in state '{reached.Snapshot.State?.Text}' (exit code {reached.Snapshot.ExitCode?.ToString() ?? "none"}).");
    }

    /// <summary>The present state by resource id, or by name when the resource has one replica.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (current.TryGetValue(resourceId, out resourceEvent))
            return true;
        var named = current.Values.Where(e => string.Equals(e.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        resourceEvent = named.Length == 1 ? named[0] : null;
        return resourceEvent is not null;
    }

    /// <summary>Replaces the snapshot of the resource (of each replica) and tells the subscribers.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in current.Where(e => e.Value.Resource == resource).Select(e => e.Key).DefaultIfEmpty(resource.Name))
            Publish(resource, id, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>Replaces the snapshot of one replica and tells the subscribers.</summary>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    public void Dispose() => disposed.Cancel();

    internal static bool IsTerminal(CustomResourceSnapshot snapshot) =>
        snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    internal IReadOnlyCollection<ResourceEvent> Snapshot() => [.. current.Values];

    internal void Publish(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (gate)
        {
            var before = current.TryGetValue(resourceId, out var known)
                ? known.Snapshot
                : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal), Properties = [] };
            var after = stateFactory(before);
            if (known is not null && ReferenceEquals(before, after))
                return;
            var change = new ResourceEvent(resource, resourceId, after);
            current[resourceId] = change;
            foreach (var subscriber in subscribers)
                subscriber.TryWrite(change);
        }
    }
}
