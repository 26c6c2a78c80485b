[assembly: AssemblyFixture(typeof(Linnaeus.Registry.Tests.PostgresFixture))]

namespace Linnaeus.Registry.Tests;

/// <summary>
/// One PostgreSQL for the whole test run, started when a test first needs a database and stopped at the end. Tests that need it are skipped
/// where PostgreSQL is not installed.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private PostgresServer? _server;

    public static bool IsInstalled => PostgresServer.IsInstalled;

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipUnless(IsInstalled, "PostgreSQL is not installed (no initdb and pg_ctl in /usr/lib/postgresql or PATH)");
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
