[assembly: AssemblyFixture(typeof(Linnaeus.Registry.Tests.PostgresFixture))]

namespace Linnaeus.Registry.Tests;

/// <summary>
/// One PostgreSQL for the whole test run, started when a test first asks for a database and stopped at the end. Tests that need it skip where
/// PostgreSQL is not installed.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private PostgresServer? _server;

    public static bool IsInstalled => PostgresServer.IsInstalled;

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipUnless(IsInstalled, "PostgreSQL is not installed (initdb and pg_ctl were looked for in /usr/lib/postgresql and PATH)");
        await _starting.WaitAsync();
        try
        {
            _server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            _starting.Release();
        }

        return await _server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
