using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Linnaeus.Registry.Tests;

/// <summary>Settings of connections to PostgreSQL beyond their connection string.</summary>
public sealed class DatabaseTuningTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("", true)]
    [InlineData(";Max Auto Prepare=0", false)]
    [InlineData(";maxautoprepare=0", false)]
    public async Task Repeated_statements_are_prepared_unless_the_connection_string_says_otherwise(string setting, bool isPrepared)
    {
        var options = new DbContextOptionsBuilder<RegistryDb>();
        DatabaseOptions.Configure(options, await postgres.CreateDatabaseAsync() + setting, null);
        await using var db = new RegistryDb(options.Options);
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);

        long prepared = 0;
        for (var i = 0; i < 10; i++)
            prepared = await db.Database.SqlQuery<long>($"SELECT count(*) AS \"Value\" FROM pg_prepared_statements").SingleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isPrepared, prepared > 0);
    }

    [Fact]
    public void Settings_of_the_connection_string_are_kept()
    {
        var options = new DbContextOptionsBuilder<RegistryDb>();
        DatabaseOptions.Configure(options, "Host=127.0.0.1;Database=x;Max Auto Prepare=7", null);
        using var db = new RegistryDb(options.Options);

        var connection = new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString());

        Assert.Equal((7, true), (connection.MaxAutoPrepare, connection.NoResetOnClose));
    }
}
