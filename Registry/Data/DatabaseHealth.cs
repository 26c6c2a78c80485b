using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Linnaeus.Registry.Data;

/// <summary>Checks that the database answers a query.</summary>
internal sealed class DatabaseHealth(IDbContextFactory<RegistryDb> factory) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM experiments LIMIT 1", cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
