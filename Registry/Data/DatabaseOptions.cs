using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using OpenTelemetry.Trace;

namespace Linnaeus.Registry.Data;

/// <summary>Chooses the database: PostgreSQL by connection string <c>registrydb</c>, else SQLite in
/// <c>Registry:DataDirectory</c>.</summary>
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
    /// A span for each statement of a request, named by its verb, without its text and values. They are several times as many as all other spans of a
    /// run, so they have to be asked for; periodic work, which has no request, makes none.
    /// </summary>
    private static void AddSpans(TracerProviderBuilder tracing) => tracing.AddEntityFrameworkCoreInstrumentation(options =>
    {
        options.Filter = (_, _) => Activity.Current?.ParentId is not null;
        options.EnrichWithIDbCommand = (span, command) =>
            span.SetTag("db.query.text", null).SetTag("db.statement", null).DisplayName = command.CommandText.TrimStart().Split([' ', '\n', ';'], 2)[0];
    });

    /// <summary>
    /// Statements are prepared once they come again (every statement here has a fixed text), and a returned connection is not reset: nothing
    /// sets session state. What the connection string says itself stays.
    /// </summary>
    private static string Tuned(string postgres)
    {
        var connection = Parse(postgres);
        // ContainsKey is true of every key that there is.
        if (!connection.ShouldSerialize("Max Auto Prepare")) connection.MaxAutoPrepare = 200;
        if (!connection.ShouldSerialize("No Reset On Close")) connection.NoResetOnClose = true;
        return connection.ToString();
    }

    /// <exception cref="InvalidOperationException">It is none. What it says is a secret and is not repeated.</exception>
    private static NpgsqlConnectionStringBuilder Parse(string postgres)
    {
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(postgres);
            if (!string.IsNullOrEmpty(connection.Host)) return connection;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Told below: the fault itself repeats parts of the text.
        }
        throw new InvalidOperationException(
            "ConnectionStrings__registrydb is no connection string of PostgreSQL, such as 'Host=HOST;Database=linnaeus;Username=USER;Password=PASSWORD'. "
            + "Leave it out for SQLite, whose file is in Registry__DataDirectory.");
    }

    /// <param name="options">Receives the provider.</param>
    /// <param name="postgres">A PostgreSQL connection string, or null for SQLite.</param>
    /// <param name="dataDirectory">Folder of the SQLite file, made at start-up.</param>
    public static void Configure(DbContextOptionsBuilder options, string? postgres, string? dataDirectory)
    {
        options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            // Migrations are written by hand, without a snapshot to compare with; a test compares the schemas instead.
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
