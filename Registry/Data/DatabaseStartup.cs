using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Linnaeus.Registry.Data;

/// <summary>Migrates the schema before the first request. If replicas start together, one migrates while the others wait.</summary>
internal static class DatabaseStartup
{
    /// <summary>MLflow's experiment "Default", which always exists.</summary>
    public const long DefaultExperimentId = 0;

    /// <exception cref="InvalidOperationException">SQLite's folder is not writable, or a newer Registry has migrated the
    /// database.</exception>
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        var file = db.Database.IsSqlite() ? db.Database.GetDbConnection().DataSource : null;
        try
        {
            if (file is not null) Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await MigrateAsync(db, cancellationToken);
        }
        catch (Exception fault) when (file is not null && fault is UnauthorizedAccessException or IOException or SqliteException)
        {
            var reason = fault is SqliteException sqlite ? SqliteDisk.Describe(sqlite, file!) : fault.Message;
            if (reason is null) throw;
            throw new InvalidOperationException(
                $"The Registry cannot write its database {file}. {reason} To use another folder, set Registry__DataDirectory (AppHost: --data DIR).", fault);
        }
    }

    private static async Task MigrateAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql()) await CreateDatabaseAsync(db, cancellationToken);
        await using var only = await MigrationLock.TakeAsync(db, cancellationToken);
        // Created first, since migrating an empty database logs an error about the missing history table.
        await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        await RefuseNewerAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        if (db.Database.IsSqlite()) await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO experiments (id, name, artifact_location, creation_time, last_update_time, deleted) VALUES ({DefaultExperimentId}, 'Default', 'mlflow-artifacts:/0', {now}, {now}, {false}) ON CONFLICT DO NOTHING",
            cancellationToken);
    }

    /// <summary>A newer schema may have rules that this version does not know, so writing could corrupt its data.</summary>
    private static async Task RefuseNewerAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList();
        if (unknown.Count > 0)
            throw new InvalidOperationException(
                $"A newer Registry has migrated this database ({string.Join(", ", unknown)}). Start the newer version, or restore a backup from before the upgrade.");
    }

    private static async Task CreateDatabaseAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellationToken)) return;
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another replica created it meanwhile.
        }
    }
}
