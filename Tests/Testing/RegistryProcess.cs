using System.Diagnostics;

namespace Linnaeus.Testing;

/// <summary>The Registry as a process of its own, as it runs in the platform.</summary>
public sealed class RegistryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string? _ownFolder;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private RegistryProcess(string blobs, IReadOnlyDictionary<string, string> environment, string? folder, IReadOnlyList<string> launcher)
    {
        if (folder is null) folder = _ownFolder = Directory.CreateTempSubdirectory("linnaeus-registry-").FullName;
        Address = new Uri($"http://127.0.0.1:{AzuriteServer.FreePort()}");
        string[] command = [.. launcher, "dotnet", typeof(Linnaeus.Registry.RegistryApp).Assembly.Location, $"--urls={Address}"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Registry__DataDirectory"] = folder, ["ConnectionStrings__blobs"] = blobs },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public Uri Address { get; }

    public Process Process => _process;

    /// <param name="blobs">Connection string of the blob store.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <param name="folder">Folder of the SQLite file, which stays; a temporary one, removed at the end, when null.</param>
    /// <param name="launcher">A command prefix such as <c>unshare --mount</c>.</param>
    /// <exception cref="InvalidOperationException">It did not start; the message contains its output.</exception>
    public static async Task<RegistryProcess> StartAsync(
        string blobs, IReadOnlyDictionary<string, string> environment, string? folder = null, params string[] launcher)
    {
        var registry = new RegistryProcess(blobs, environment, folder, launcher);
        using var http = new HttpClient { BaseAddress = registry.Address };
        for (var attempt = 0; !await IsHealthyAsync(http); attempt++)
        {
            if (registry._process.HasExited || attempt > 600)
            {
                await registry.DisposeAsync();
                throw new InvalidOperationException($"the Registry did not start: {await registry._output}\n{await registry._errors}");
            }
            await Task.Delay(200);
        }

        return registry;
    }

    /// <summary>The console output, once the process has stopped.</summary>
    public async Task<string> OutputAsync() => await _output + await _errors;

    /// <summary>Asks the process to stop and waits for its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Kills the process, like a crash.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder, recursive: true);
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/alive")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
