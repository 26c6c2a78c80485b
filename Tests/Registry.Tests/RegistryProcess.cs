using System.Diagnostics;

namespace Linnaeus.Registry.Tests;

/// <summary>The Registry as a process of its own, as it runs in the platform.</summary>
internal sealed class RegistryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-registry-").FullName;
    private readonly Task<string> _output;

    private RegistryProcess(string blobs, IReadOnlyDictionary<string, string> environment)
    {
        Address = new Uri($"http://127.0.0.1:{AzuriteServer.FreePort()}");
        var start = new ProcessStartInfo("dotnet", [typeof(Linnaeus.Registry.RegistryApp).Assembly.Location, $"--urls={Address}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Registry__DataDirectory"] = _folder, ["ConnectionStrings__blobs"] = blobs },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public Uri Address { get; }

    public Process Process => _process;

    public static async Task<RegistryProcess> StartAsync(string blobs, IReadOnlyDictionary<string, string> environment)
    {
        var registry = new RegistryProcess(blobs, environment);
        using var http = new HttpClient { BaseAddress = registry.Address };
        for (var attempt = 0; !await IsHealthyAsync(http); attempt++)
        {
            if (registry._process.HasExited || attempt > 600)
                throw new InvalidOperationException($"the Registry did not start: {await registry._output}");
            await Task.Delay(200);
        }

        return registry;
    }

    /// <summary>Asks the process to stop and waits for its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
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
