using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Runtime;

internal static class Dependencies
{
    /// <summary>The resources that <paramref name="resource"/> waits for or references, directly or through connection strings.</summary>
    public static IReadOnlySet<IResource> Of(IResource resource)
    {
        var found = new HashSet<IResource>();
        var open = new Stack<object>(resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => r.Resource));
        while (open.TryPop(out var next))
        {
            if (next is IResource dependency && !found.Add(dependency))
                continue;
            foreach (var reference in (next as IValueWithReferences)?.References ?? [])
                open.Push(reference);
        }
        return found;
    }
}

/// <summary>Waits for what a resource has been told to wait for.</summary>
internal sealed class DependencyWait(ResourceNotificationService notifications, bool stopsByDefault)
{
    /// <exception cref="DistributedApplicationException">A dependency ended as it should not.</exception>
    public Task WaitAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitAsync(wait, cancellationToken)));

    private async Task WaitAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            var ended = await notifications.WaitForResourceAsync(name, e => ResourceNotificationService.IsTerminal(e.Snapshot), cancellationToken).ConfigureAwait(false);
            if (ended.Snapshot.ExitCode != wait.ExitCode)
                throw new DistributedApplicationException($"Dependency resource '{name}' completed with exit code {Code(ended)}; {wait.ExitCode} was expected.");
            return;
        }
        var stops = (wait.WaitBehavior ?? (stopsByDefault ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable))
            == WaitBehavior.StopOnResourceUnavailable;
        var reached = await notifications.WaitForResourceAsync(
            name, e => e.Snapshot.HealthStatus == HealthStatus.Healthy || (stops && ResourceNotificationService.IsTerminal(e.Snapshot)), cancellationToken).ConfigureAwait(false);
        if (reached.Snapshot.HealthStatus != HealthStatus.Healthy)
            throw new DistributedApplicationException($"Dependency resource '{name}' failed to start: it is in state '{reached.Snapshot.State?.Text}' with exit code {Code(reached)}.");
    }

    private static string Code(ResourceEvent change) => change.Snapshot.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
