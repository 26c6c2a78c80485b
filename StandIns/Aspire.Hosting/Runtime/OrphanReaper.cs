using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Runtime;

/// <summary>
/// A shell that knows every process group and reads from a pipe of this process. When the pipe ends because this process
/// was killed, it stops what is left: nothing survives even a SIGKILL of the AppHost.
/// </summary>
internal sealed class OrphanReaper : IAsyncDisposable
{
    private const string Script = """
        groups=
        while read -r change group; do
          case $change in
            +) groups="$group $groups" ;;
            -) kept=
               for g in $groups; do [ "$g" = "$group" ] || kept="$kept $g"; done
               groups=$kept ;;
          esac
        done
        for g in $groups; do kill -TERM "-$g" 2>/dev/null; done
        tries=0
        while [ -n "$groups" ] && [ $tries -lt 100 ]; do
          left=
          for g in $groups; do kill -0 "-$g" 2>/dev/null && left="$left $g"; done
          groups=$left
          [ -z "$groups" ] || sleep 0.1
          tries=$((tries + 1))
        done
        for g in $groups; do kill -KILL "-$g" 2>/dev/null; done
        """;

    private readonly Lock gate = new();
    private readonly Process shell;

    public OrphanReaper()
    {
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in new[] { "/bin/sh", "-c", Script })
            start.ArgumentList.Add(argument);
        shell = Process.Start(start)!;
    }

    public void Add(int group) => Tell('+', group);

    public void Remove(int group) => Tell('-', group);

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync().ConfigureAwait(false);
        shell.Dispose();
    }

    private void Tell(char change, int group)
    {
        lock (gate)
        {
            shell.StandardInput.Write(string.Create(CultureInfo.InvariantCulture, $"{change} {group}\n"));
            shell.StandardInput.Flush();
        }
    }
}
