using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using OpenTelemetry.Trace;

namespace Linnaeus.Registry.Data;

/// <summary>
/// Selects the database: PostgreSQL with the connection string <c>registrydb</c>, otherwise SQLite in <c>Registry:DataDirectory</c>.
/// </summary>
public static class DatabaseOptions
{
    public static IServiceCollection AddRegistryDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        var postgres = configuration.GetConnectionString("registrydb");
        services.AddSingleton<WriteGate>();
        services.AddDbContextPool<RegistryDb>(options => Configure(options, postgres, configuration["Registry:DataDirectory"]));
        services.AddPooledDbContextFactory<RegistryDb>(options => Configure(options, postgres, configuration["Registry:DataDirectory"]));
        return configuration.GetValue("Registry:DatabaseSpans", false) ? services.ConfigureOpenTelemetryTracerProvider(AddSpans) : services;
    }

    /// <summary>
    /// A span per statement of a request, named by its verb, without text and values. Off by default, since they are several times as many
    /// as all other spans of a run; periodic work without a request has none.
    /// </summary>
    private static void AddSpans(TracerProviderBuilder tracing) => tracing.AddEntityFrameworkCoreInstrumentation(options =>
    {
        options.Filter = (_, _) => Activity.Current?.ParentId is not null;
        options.EnrichWithIDbCommand = (span, command) =>
            span.SetTag("db.query.text", null).SetTag("db.statement", null).DisplayName = command.CommandText.TrimStart().Split([' ', '\n', ';'], 2)[0];
    });

    /// <summary>
    /// Prepares repeated statements (every statement has a fixed text) and skips the reset of returned connections, since nothing
    /// sets session state. Explicit settings of the connection string are kept.
    /// </summary>
    private static string Tuned(string postgres)
    {
        var connection = Parse(postgres);
        // ContainsKey returns true for every valid key.
        if (!connection.ShouldSerialize("Max Auto Prepare")) connection.MaxAutoPrepare = 200;
        if (!connection.ShouldSerialize("No Reset On Close")) connection.NoResetOnClose = true;
        return connection.ToString();
    }

    /// <exception cref="InvalidOperationException">The text is invalid. It may contain a secret, so the message does not repeat
    /// it.</exception>
    private static NpgsqlConnectionStringBuilder Parse(string postgres)
    {
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(postgres);
            if (!string.IsNullOrEmpty(connection.Host)) return connection;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Rethrown below without the inner message, which repeats parts of the text.
        }
        throw new InvalidOperationException(
            "ConnectionStrings__registrydb must be a PostgreSQL connection string such as 'Host=HOST;Database=linnaeus;Username=USER;Password=PASSWORD'. "
            + "Omit it to use SQLite in Registry__DataDirectory.");
    }

    /// <param name="options">The builder that gets the provider.</param>
    /// <param name="postgres">A PostgreSQL connection string, or null for SQLite.</param>
    /// <param name="dataDirectory">Folder of the SQLite file, created at startup.</param>
    public static void Configure(DbContextOptionsBuilder options, string? postgres, string? dataDirectory)
    {
        options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            // Migrations are written by hand, without a model snapshot; a test compares the schemas instead.
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        if (!string.IsNullOrWhiteSpace(postgres))
        {
            options.UseNpgsql(Tuned(postgres));
            return;
        }
        var folder = string.IsNullOrWhiteSpace(dataDirectory) ? Path.Combine("data", "registry") : dataDirectory;
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(Path.Combine(folder, "registry.db")),
            ForeignKeys = true,
            DefaultTimeout = 30
        };
        options.UseSqlite(connection.ToString()).AddInterceptors(SqlitePragmas.Instance);
    }
}
