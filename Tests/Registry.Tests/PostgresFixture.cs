using System.Diagnostics;
using Npgsql;

[assembly: AssemblyFixture(typeof(Linnaeus.Registry.Tests.PostgresFixture))]

namespace Linnaeus.Registry.Tests;

/// <summary>
/// A real PostgreSQL with a data folder of its own, started when a test first asks for a database and stopped at the end. Tests that need it
/// skip where PostgreSQL is not installed.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly int _port = AzuriteServer.FreePort();
    private string? _folder;

    /// <summary>Whether this machine has PostgreSQL.</summary>
    public static bool IsInstalled => FindPrograms() is not null;

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipUnless(FindPrograms() is not null, "PostgreSQL is not installed (initdb and pg_ctl were looked for in /usr/lib/postgresql and PATH)");
        await _starting.WaitAsync();
        try
        {
            if (_folder is null)
                await StartAsync(FindPrograms()!);
        }
        finally
        {
            _starting.Release();
        }

        var name = "registry_" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_folder is null)
            return;
        NpgsqlConnection.ClearAllPools();
        await RunAsync(Path.Combine(FindPrograms()!, "pg_ctl"), "stop", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w");
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Database={database};Username=registry;Maximum Pool Size=20";

    private async Task StartAsync(string programs)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await RunAsync(Path.Combine(programs, "initdb"), "-D", data, "-U", "registry", "--auth=trust", "--no-sync", "-E", "UTF8");
        await RunAsync(
            Path.Combine(programs, "pg_ctl"), "start", "-w", "-D", data, "-l", Path.Combine(folder, "log"),
            "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off");
        _folder = folder;
    }

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.OrderDescending().Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }

    /// <summary>PostgreSQL refuses to run as root, so root runs it as the user that its package made.</summary>
    private static async Task RunAsync(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess && program != "chown" ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];

        // No redirection: the server outlives pg_ctl and would keep the pipes open.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. command]) { WorkingDirectory = "/" })
            ?? throw new InvalidOperationException($"{program} did not start");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} exited with {process.ExitCode}");
    }
}
