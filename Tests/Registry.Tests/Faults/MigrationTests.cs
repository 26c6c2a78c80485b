using Linnaeus.Registry.Data;
using Linnaeus.Registry.Tracking;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Linnaeus.Registry.Tests.Faults;

/// <summary>Several Registries that start at the same time on one database, also after one was killed during the migration.</summary>
public sealed class MigrationTests(RegistryFixture shared, PostgresFixture postgres) : IDisposable
{
    private const int Replicas = 4;
    private const string Earlier = "20261121000300_VersionStorage";

    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-migration-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task Replicas_start_together_on_an_empty_SQLite() => StartTogetherAsync(null);

    [Fact]
    public async Task Replicas_start_together_on_PostgreSQL_without_the_database()
    {
        var missing = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Database = $"registry_{Guid.NewGuid():N}" };
        await StartTogetherAsync(missing.ToString());
    }

    [Fact]
    public async Task The_lock_of_a_process_killed_during_a_SQLite_migration_does_not_block_a_start()
    {
        await using (var db = Open(null))
        {
            await db.GetService<IMigrator>().MigrateAsync(Earlier);
            // The lock that EF Core leaves behind.
            Assert.Equal(1, await db.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-11-25 10:00:00')"));
        }
        await StartTogetherAsync(null);
    }

    [Fact]
    public async Task A_process_killed_while_it_migrates_PostgreSQL_leaves_the_rest_to_the_next()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var db = Open(connection);
        await db.GetService<IMigrator>().MigrateAsync(Earlier);
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            // Every migration that changes this table waits here, after the earlier ones.
            await db.Database.ExecuteSqlRawAsync("LOCK TABLE latest_metrics IN ACCESS SHARE MODE");
            var starting = RegistryProcess.StartAsync(shared.Azurite.ConnectionString, Environment(connection), _folder, "sh", "-c", "echo $$ > \"$0\"; exec \"$@\"",
                Path.Combine(_folder, "pid"));
            while (await WaitingAsync(db) == 0)
            {
                Assert.False(starting.IsCompleted, "it did not wait for the table");
                await Task.Delay(50);
            }
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "pid")), null));
            process.Kill();
            await Assert.ThrowsAsync<InvalidOperationException>(() => starting);
        }
        await StartTogetherAsync(connection);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_of_a_newer_Registry_is_rejected_and_not_changed(bool onPostgres)
    {
        var connection = onPostgres ? await postgres.CreateDatabaseAsync() : null;
        await using var db = Open(connection);
        await db.GetService<IMigrator>().MigrateAsync();
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20990101000000_Future', '99.0.0')""");
        string[] settings = connection is null ? [] : [$"--ConnectionStrings:registrydb={connection}"];
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => RegistryServer.StartAsync(shared.Azurite.ConnectionString, _folder, settings));
        Assert.Equal("A newer Registry has migrated this database (20990101000000_Future). Start the newer version, or restore a backup from before the upgrade.", refused.Message);
    }

    [Theory]
    [InlineData("Data Source=/var/lib/registry.db")]
    [InlineData("Database=linnaeus;Password=geheim")]
    [InlineData("postgresql://registry:geheim@db/linnaeus")]
    public async Task An_invalid_connection_string_is_rejected_and_not_repeated_in_the_message(string connection)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RegistryServer.StartAsync(shared.Azurite.ConnectionString, _folder, $"--ConnectionStrings:registrydb={connection}"));
        Assert.StartsWith("ConnectionStrings__registrydb must be a PostgreSQL connection string", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refused.ToString(), StringComparison.Ordinal);
    }

    private static Task<long> WaitingAsync(RegistryDb db) => db.Database.SqlQueryRaw<long>(
        "SELECT count(*) AS \"Value\" FROM pg_locks WHERE NOT granted AND relation = 'latest_metrics'::regclass").SingleAsync();

    private async Task StartTogetherAsync(string? connection)
    {
        var starts = Enumerable.Range(0, Replicas)
            .Select(_ => RegistryProcess.StartAsync(shared.Azurite.ConnectionString, Environment(connection), _folder)).ToList();
        try
        {
            await Task.WhenAll(starts);
            await using var db = Open(connection);
            Assert.Empty(await db.Database.GetPendingMigrationsAsync());
            Assert.Equal("Default", Assert.Single(await db.Set<Experiment>().ToListAsync()).Name);
        }
        finally
        {
            foreach (var start in starts)
                if (start.IsCompletedSuccessfully) await (await start).DisposeAsync();
        }
    }

    private static Dictionary<string, string> Environment(string? connection)
    {
        var environment = new Dictionary<string, string>
        {
            ["Registry__Container"] = $"migration-{Guid.NewGuid():N}",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        if (connection is not null) environment["ConnectionStrings__registrydb"] = connection;
        return environment;
    }

    private RegistryDb Open(string? connection)
    {
        var options = new DbContextOptionsBuilder<RegistryDb>();
        DatabaseOptions.Configure(options, connection, _folder);
        return new RegistryDb(options.Options);
    }
}
