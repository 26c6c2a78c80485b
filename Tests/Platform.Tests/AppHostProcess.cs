using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.Platform.Tests;

/// <summary>The AppHost as users start it: <c>dotnet run --project AppHost</c>, on the build output.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _run;
    private readonly ConcurrentQueue<string> _output = [];

    private AppHostProcess(Process run, Uri registry) => (_run, Registry) = (run, registry);

    public Uri Registry { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>The AppHost itself: <c>dotnet run</c> is its parent.</summary>
    public int AppHostId => Children(_run.Id).Single(id => Program(id).EndsWith("Linnaeus.AppHost", StringComparison.Ordinal));

    public static AppHostProcess Start(string data, int portOffset, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "run", "--no-build", "--project", Path.Combine(Repository.Root, "AppHost"), "--",
            "--data", data, "--quickstart", "false", "--port-offset", portOffset.ToString(CultureInfo.InvariantCulture), .. options,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var run = new AppHostProcess(Process.Start(start)!, new Uri($"http://localhost:{5500 + portOffset}"));
        run._run.OutputDataReceived += (_, line) => run._output.Enqueue(line.Data ?? "");
        run._run.ErrorDataReceived += (_, line) => run._output.Enqueue(line.Data ?? "");
        run._run.BeginOutputReadLine();
        run._run.BeginErrorReadLine();
        return run;
    }

    /// <summary>Waits until a service is healthy.</summary>
    /// <param name="service">Port offset: 0 Registry, 1 Trainer, 2 Explainer, 3 Portal.</param>
    public async Task WaitForHealthAsync(int service, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var address = new UriBuilder(Registry) { Port = Registry.Port + service, Path = "/health" }.Uri;
        await UntilAsync(async () =>
        {
            Assert.False(_run.HasExited, Output);
            try
            {
                using var response = await http.GetAsync(address, cancellationToken);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, cancellationToken);
    }

    /// <summary>Every process that the AppHost started: the orchestrator, which monitors it, and all descendants.</summary>
    public IReadOnlyList<int> Processes()
    {
        var watching = $"--monitor {AppHostId.ToString(CultureInfo.InvariantCulture)} ";
        var found = All().Where(id => Command(id).Contains(watching, StringComparison.Ordinal)).ToList();
        for (var i = 0; i < found.Count; i++)
            found.AddRange(Children(found[i]).Except(found));
        return found;
    }

    public static async Task SignalAsync(string signal, params int[] processes)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {string.Join(' ', processes)}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until the AppHost has exited.</summary>
    public static async Task WaitForEndAsync(int appHost, CancellationToken cancellationToken) =>
        await UntilAsync(() => Task.FromResult(!Lives(appHost)), cancellationToken);

    /// <summary>Like a terminal, signals every process in the foreground.</summary>
    public Task PressControlCAsync() => SignalAsync("INT", _run.Id, AppHostId);

    public static bool Lives(int id) => File.Exists(Stat(id)) && State(id) is not ("Z" or "X" or "");

    public static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!await holds())
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_run.HasExited)
        {
            await SignalAsync("TERM", _run.Id);
            await _run.WaitForExitAsync();
        }
        _run.Dispose();
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static IEnumerable<int> Children(int parent) => All().Where(id => Field(id, 1) == parent.ToString(CultureInfo.InvariantCulture));

    private static string Program(int id) => Command(id).Split(' ')[0];

    private static string Command(int id) => Read($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline").Replace('\0', ' ');

    private static string State(int id) => Field(id, 0);

    private static string Field(int id, int index)
    {
        var line = Read(Stat(id));
        return line.Length == 0 ? "" : line[(line.LastIndexOf(')') + 2)..].Split(' ')[index];
    }

    private static string Stat(int id) => $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat";

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // the process has exited
        }
    }
}
