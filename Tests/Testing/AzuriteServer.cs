using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Linnaeus.Testing;

/// <summary>A real Azurite on a free port with a data folder of its own.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private AzuriteServer(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The public development account of every Azurite.</summary>
    public string ConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"BlobEndpoint=http://127.0.0.1:{Port}/devstoreaccount1;";

    public static async Task<AzuriteServer> StartAsync(CancellationToken cancellationToken, int? onPort = null)
    {
        var modules = await InstallAsync(cancellationToken);
        var port = onPort ?? FreePort();
        var folder = Directory.CreateTempSubdirectory("linnaeus-azurite-").FullName;
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(modules, "azurite", "dist", "src", "blob", "main.js"), "--blobHost", "127.0.0.1", "--blobPort", $"{port}",
                "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var server = new AzuriteServer(process, folder, port);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (_process.HasExited) throw new InvalidOperationException($"Azurite exited with {_process.ExitCode} on port {Port}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException) when (attempt < 600)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var package = Path.Combine(Repository.Root, "AppHost", "azurite");
        var modules = Path.Combine(package, "node_modules");
        if (File.Exists(Path.Combine(modules, "azurite", "package.json"))) return modules;
        using var npm = Process.Start(new ProcessStartInfo("npm") { WorkingDirectory = package, ArgumentList = { "ci", "--omit=dev" } })
            ?? throw new InvalidOperationException("npm did not start; install Node.js");
        await npm.WaitForExitAsync(cancellationToken);
        return npm.ExitCode == 0 ? modules : throw new InvalidOperationException($"npm ci in {package} exited with {npm.ExitCode}");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
