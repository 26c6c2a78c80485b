using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Runtime;

/// <summary>Runs the health checks of a resource while it runs: often until it is healthy, then every few seconds.</summary>
internal sealed class HealthMonitor(HealthCheckService checks, ResourceNotificationService notifications, ILogger log)
{
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Relaxed = TimeSpan.FromSeconds(5);

    public async Task WatchAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
        if (keys.Count == 0)
            return;
        var known = (HealthStatus?)null;
        while (true)
        {
            await notifications.WaitForResourceAsync(resource.Name, KnownResourceStates.Running, cancellationToken).ConfigureAwait(false);
            var starts = StartTimes(resource);
            var report = await checks.CheckHealthAsync(check => keys.Contains(check.Name), cancellationToken).ConfigureAwait(false);
            if (report.Status == HealthStatus.Healthy && known != HealthStatus.Healthy)
                log.LogInformation("{Resource} is healthy.", resource.Name);
            else if (report.Status != HealthStatus.Healthy && known == HealthStatus.Healthy)
                log.LogWarning("{Resource} is unhealthy: {Reason}", resource.Name, Reason(report));
            known = report.Status;
            Apply(resource, report, starts);
            await WaitAsync(resource, report.Status == HealthStatus.Healthy ? Relaxed : Eager, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Reason(HealthReport report) =>
        string.Join(' ', report.Entries.Values.Select(entry => entry.Description).Where(text => text is not null));

    private Dictionary<string, DateTime?> StartTimes(IResource resource) =>
        notifications.Snapshot().Where(known => known.Resource == resource).ToDictionary(known => known.ResourceId, known => known.Snapshot.StartTimeStamp);

    private void Apply(IResource resource, HealthReport report, Dictionary<string, DateTime?> starts)
    {
        var now = DateTime.UtcNow;
        foreach (var (id, start) in starts)
        {
            // A process that was started since the check began has yet to show that it is healthy.
            notifications.Publish(resource, id, snapshot => snapshot.StartTimeStamp != start || snapshot.State?.Text != KnownResourceStates.Running
                ? snapshot
                : snapshot with
                {
                    HealthReports =
                    [
                        .. report.Entries.Select(entry => new HealthReportSnapshot(
                            entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Exception?.ToString()) { LastRunAt = now }),
                    ],
                });
        }
    }

    /// <summary>Waits, but not on when the process has been replaced.</summary>
    private async Task WaitAsync(IResource resource, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(interval);
        try
        {
            await notifications.WaitForResourceAsync(
                resource.Name, change => change.Snapshot.State?.Text != KnownResourceStates.Running, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // the interval is over
        }
    }
}
