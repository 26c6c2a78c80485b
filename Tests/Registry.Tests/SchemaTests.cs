using System.Data.Common;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Tracking;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Linnaeus.Registry.Tests;

/// <summary>Hand-written migrations must build exactly the model's schema, on each database.</summary>
public sealed class SchemaTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Migrations_build_the_schema_of_the_model_on_SQLite()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-schema-").FullName;
        try
        {
            var migrated = await SqliteSchemaAsync(Path.Combine(folder, "migrated"), db => db.Database.MigrateAsync());
            var created = await SqliteSchemaAsync(Path.Combine(folder, "created"), db => db.Database.EnsureCreatedAsync());
            Assert.Equal(string.Join('\n', created), string.Join('\n', migrated));
            Assert.Contains(created, line => line.StartsWith("runs.run_id TEXT", StringComparison.Ordinal));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Migrations_build_the_schema_of_the_model_on_PostgreSQL()
    {
        var migrated = await PostgresSchemaAsync(await postgres.CreateDatabaseAsync(), db => db.Database.MigrateAsync());
        var created = await PostgresSchemaAsync(await postgres.CreateDatabaseAsync(), db => db.Database.EnsureCreatedAsync());
        Assert.Equal(string.Join('\n', created), string.Join('\n', migrated));
        Assert.Contains(created, line => line.StartsWith("runs.run_id text", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Minimum_and_maximum_of_earlier_metrics_are_filled_in(bool onPostgres)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-schema-").FullName;
        try
        {
            var options = new DbContextOptionsBuilder<RegistryDb>();
            DatabaseOptions.Configure(options, onPostgres ? await postgres.CreateDatabaseAsync() : null, folder);
            await using var db = new RegistryDb(options.Options);
            var migrator = db.GetService<IMigrator>();
            await migrator.MigrateAsync("20261121000300_VersionStorage");
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO experiments (id, name, artifact_location, creation_time, last_update_time, deleted) VALUES (1, 'e', '', 0, 0, false);
                INSERT INTO runs (id, run_id, experiment_id, name, user_id, status, start_time, artifact_uri) VALUES (1, 'r', 1, '', '', '', 0, '');
                INSERT INTO metrics (run_key, key, timestamp, step, value, is_nan) VALUES (1, 'a', 1, 1, 5, false), (1, 'a', 2, 2, -1, false),
                    (1, 'a', 3, 3, -1, false), (1, 'a', 4, 4, 0, true), (1, 'n', 1, 1, 0, true);
                INSERT INTO latest_metrics (run_key, key, timestamp, step, value, is_nan) VALUES (1, 'a', 4, 4, 0, true), (1, 'n', 1, 1, 0, true);
                """);
            await migrator.MigrateAsync();
            var rows = await db.Set<LatestMetric>().OrderBy(m => m.Key).Select(m => new { m.MinValue, m.MinStep, m.MaxValue, m.MaxStep }).ToListAsync();
            Assert.Equal((-1d, 2L, 5d, 1L), (rows[0].MinValue, rows[0].MinStep, rows[0].MaxValue, rows[0].MaxStep));
            Assert.Equal((null, null, null, null), (rows[1].MinValue, rows[1].MinStep, rows[1].MaxValue, rows[1].MaxStep));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<string>> PostgresSchemaAsync(string connection, Func<RegistryDb, Task> build)
    {
        var options = new DbContextOptionsBuilder<RegistryDb>();
        DatabaseOptions.Configure(options, connection, dataDirectory: null);
        await using var db = new RegistryDb(options.Options);
        await build(db);
        return await LinesAsync(db, """
            SELECT table_name || '.' || column_name || ' ' || data_type || ' null=' || is_nullable || ' default=' || coalesce(column_default, '')
                   || ' identity=' || coalesce(identity_generation, '') || ' collation=' || coalesce(collation_name, '')
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_EF%'
            UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%EF%'
            """);
    }

    private static async Task<List<string>> SqliteSchemaAsync(string folder, Func<RegistryDb, Task> build)
    {
        Directory.CreateDirectory(folder);
        var options = new DbContextOptionsBuilder<RegistryDb>();
        DatabaseOptions.Configure(options, postgres: null, folder);
        await using var db = new RegistryDb(options.Options);
        await build(db);
        return await LinesAsync(db, """
            SELECT m.name || '.' || c.name || ' ' || c.type || ' notnull=' || c."notnull" || ' pk=' || c.pk || ' default=' || coalesce(c.dflt_value, '') FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
            UNION ALL SELECT m.name || '.' || k."from" || ' -> ' || k."table" || '.' || k."to" || ' ' || k.on_delete || ' ' || k.on_update FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
            UNION ALL SELECT m.tbl_name || ' index ' || i.name || ' unique=' || i."unique" || ' ' || x.seqno || ' ' || coalesce(x.name, '') || ' desc=' || x."desc" || ' ' || coalesce(m.sql, '') FROM sqlite_master m, pragma_index_list(m.tbl_name) i, pragma_index_xinfo(i.name) x WHERE m.type = 'index' AND m.name = i.name AND m.tbl_name NOT LIKE '\_\_EF%' ESCAPE '\'
            UNION ALL SELECT m.name || ' autoincrement' FROM sqlite_master m WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%'
            """);
    }

    private static async Task<List<string>> LinesAsync(RegistryDb db, string sql)
    {
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
