using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Linnaeus.Registry.Data;

/// <summary>Brings the schema up to date before the first request. EF Core holds a lock in the database, so replicas may start
/// together.</summary>
internal static class DatabaseStartup
{
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        // Migrating an empty database logs an error about the missing history table; so that table is made first.
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken)) await creator.CreateAsync(cancellationToken);
        await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        if (db.Database.IsSqlite()) await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO experiments (id, name, artifact_location, creation_time, last_update_time, deleted) VALUES ({Experiment.DefaultId}, 'Default', 'mlflow-artifacts:/0', {now}, {now}, {false}) ON CONFLICT DO NOTHING",
            cancellationToken);
    }
}
