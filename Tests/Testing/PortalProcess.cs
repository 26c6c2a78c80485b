using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Linnaeus.Testing;

/// <summary>The Portal in its own process, on a free port.</summary>
public sealed partial class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PortalProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address => _address.Task.Result;

    /// <param name="services">Service addresses by name.</param>
    public static Task<PortalProcess> StartAsync(params (string Name, Uri Address)[] services) => StartAsync([], services);

    /// <param name="settings">Command-line arguments.</param>
    /// <param name="services">Service addresses by name.</param>
    public static async Task<PortalProcess> StartAsync(IReadOnlyList<string> settings, params (string Name, Uri Address)[] services)
    {
        // The Portal's build output with its static files; the test folder ends with the same configuration and framework.
        var built = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..];
        var program = Path.Combine([Repository.Root, "Portal", "bin", .. built, "Linnaeus.Portal.dll"]);
        var start = new ProcessStartInfo("dotnet", [program, "--urls=http://127.0.0.1:0", .. settings, .. services.Select(s => $"--services:{s.Name}:http:0={s.Address}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Repository.Root, "Portal"),
        };
        var portal = new PortalProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start"));
        try
        {
            await portal._address.Task.WaitAsync(StartTimeout);
            return portal;
        }
        catch (TimeoutException)
        {
            await portal.DisposeAsync();
            throw new InvalidOperationException($"The Portal did not start: {portal.Output()}");
        }
    }

    public string Output()
    {
        lock (_output)
            return _output.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
        if (Listening().Match(line.Data ?? "") is { Success: true } match)
            _address.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();
}
