using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Runtime;

/// <summary>What to run.</summary>
internal sealed record ProcessPlan(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// A process that leads a session of its own: Ctrl+C in the terminal reaches the AppHost only, and a signal to the group
/// reaches whatever the process has started in turn.
/// </summary>
internal sealed partial class ProcessGroup : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int NoSuchProcess = 3;

    // Waits for leave to go on, which comes when the reaper knows the group: no process runs that it would miss.
    private const string Launcher = "read -r go && exec \"$@\" </dev/null";

    private readonly Process process;
    private readonly OrphanReaper reaper;
    private readonly Task<int> exited;

    private ProcessGroup(Process process, OrphanReaper reaper, Action<string, bool> console)
    {
        this.process = process;
        this.reaper = reaper;
        Id = process.Id;
        reaper.Add(Id);
        process.StandardInput.Write("go\n");
        process.StandardInput.Close();
        exited = WatchAsync(console);
    }

    /// <summary>Process id, and id of the group.</summary>
    public int Id { get; }

    /// <summary>The exit code, once the process has ended, its descendants are gone and its output is read.</summary>
    public Task<int> Exited => exited;

    /// <param name="plan">What to run.</param>
    /// <param name="reaper">Ends the group should this process be killed.</param>
    /// <param name="console">Receives each line of output; true for standard error.</param>
    /// <exception cref="DistributedApplicationException">The program or its folder is not there.</exception>
    public static ProcessGroup Start(ProcessPlan plan, OrphanReaper reaper, Action<string, bool> console)
    {
        if (!Directory.Exists(plan.WorkingDirectory))
            throw new DistributedApplicationException($"The working directory '{plan.WorkingDirectory}' does not exist.");
        var start = new ProcessStartInfo(Setsid())
        {
            WorkingDirectory = plan.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in new[] { "/bin/sh", "-c", Launcher, "sh" })
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(ProgramPath.Find(plan.FileName, plan.WorkingDirectory)
            ?? throw new DistributedApplicationException($"The program '{plan.FileName}' was not found on the PATH: install it, or put its folder on the PATH."));
        foreach (var argument in plan.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in plan.Environment)
            start.Environment[name] = value;

        var process = new Process { StartInfo = start };
        process.Start();
        return new ProcessGroup(process, reaper, console);
    }

    /// <summary>Asks with SIGTERM; after <paramref name="patience"/> kills with SIGKILL. Returns whether it had to.</summary>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        Signal(SigTerm);
        try
        {
            await exited.WaitAsync(patience).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            Signal(SigKill);
            await exited.ConfigureAwait(false);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!exited.IsCompleted)
            Signal(SigKill);
        await exited.ConfigureAwait(false);
        process.Dispose();
    }

    private static string Setsid() => ProgramPath.Find("setsid", "/")
        ?? throw new DistributedApplicationException("The program 'setsid' was not found on the PATH: install util-linux.");

    private async Task<int> WatchAsync(Action<string, bool> console)
    {
        var output = PumpAsync(process.StandardOutput, line => console(line, false));
        var error = PumpAsync(process.StandardError, line => console(line, true));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => ended.TrySetResult();
        process.EnableRaisingEvents = true;
        if (process.HasExited)
            ended.TrySetResult();
        await ended.Task.ConfigureAwait(false);
        // Whatever it left behind holds ports and the output's pipes.
        Signal(SigKill);
        reaper.Remove(Id);
        await Task.WhenAll(output, error).ConfigureAwait(false);
        return process.ExitCode;
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> write)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            write(AnsiEscapes().Replace(line, ""));
    }

    private void Signal(int signal)
    {
        if (Kill(-Id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new InvalidOperationException($"Cannot send signal {signal} to process group {Id}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    /// <summary>ECMA-48 control sequences (colours, cursor moves) and operating-system commands (titles, links).</summary>
    [System.Text.RegularExpressions.GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[@-Z\\^_])")]
    private static partial System.Text.RegularExpressions.Regex AnsiEscapes();
}
