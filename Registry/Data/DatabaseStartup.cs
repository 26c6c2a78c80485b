using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Data;

/// <summary>Brings the schema up to date before the first request. EF Core holds a lock in the database, so replicas may start together.</summary>
internal static class DatabaseStartup
{
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        await db.Database.MigrateAsync(cancellationToken);
        if (db.Database.IsSqlite()) await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO experiments (id, name, artifact_location, creation_time, last_update_time, deleted) VALUES ({Experiment.DefaultId}, 'Default', 'mlflow-artifacts:/0', {now}, {now}, {false}) ON CONFLICT DO NOTHING",
            cancellationToken);
    }
}
