using System.Diagnostics;
using Npgsql;

namespace Linnaeus.Testing;

/// <summary>A real PostgreSQL with a data folder and a port of its own.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-postgres-").FullName;
    private readonly int _port = AzuriteServer.FreePort();
    private readonly bool _isDurable;

    private PostgresServer(bool isDurable) => _isDurable = isDurable;

    /// <summary>Whether this machine has PostgreSQL.</summary>
    public static bool IsInstalled => FindPrograms() is not null;

    private string Data => Path.Combine(_folder, "data");

    /// <param name="isDurable">Whether commits wait for the disk, as in production.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable = false)
    {
        var server = new PostgresServer(isDurable);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres", server._folder);
        await RunAsync(Program("initdb"), "-D", server.Data, "-U", "registry", "--auth=trust", "--no-sync", "-E", "UTF8");
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "registry_" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Stops at once and cuts all connections, as in a crash.</summary>
    public Task CrashAsync() => RunAsync(Program("pg_ctl"), "stop", "-D", Data, "-m", "immediate", "-w");

    /// <summary>Starts on the same data and port again. A run of all tests opens many databases, each with its own pool of connections.</summary>
    public Task ResumeAsync() => RunAsync(
        Program("pg_ctl"), "start", "-w", "-D", Data, "-l", Path.Combine(_folder, "log"),
        "-o", $"-p {_port} -c max_connections=500 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={(_isDurable ? "on" : "off")}");

    /// <summary>Suspends all its processes: connections stay open without responses.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Resumes after <see cref="PauseAsync"/>.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string signal)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        // The postmaster first, so that it starts no process in between.
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {postmaster}; pkill -{signal} -P {postmaster}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await CrashAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username=registry;Maximum Pool Size=20;Connection Idle Lifetime=20";

    private static string Program(string name) =>
        Path.Combine(FindPrograms() ?? throw new InvalidOperationException("PostgreSQL is not installed (apt-get install postgresql)"), name);

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.OrderDescending().Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }

    /// <summary>PostgreSQL refuses to run as root, so root runs it as the user that its package created.</summary>
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
