using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Checks that the blob store responds.</summary>
internal sealed class BlobHealth(BlobStore blobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await blobs.ProbeAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
