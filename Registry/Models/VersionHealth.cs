using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Linnaeus.Registry.Models;

/// <summary>Degraded, never unhealthy, when versions have missing files: the server works, and a restart would not help.</summary>
internal sealed class VersionHealth(MissingBlobCheck check) : IHealthCheck
{
    private const int MostNamed = 20;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var lacking = check.Lacking;
        return Task.FromResult(lacking.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(
            $"{lacking.Count} registered versions have files missing from the blob store: {string.Join(", ", lacking.Take(MostNamed))}. See their status messages."));
    }
}
