using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.AppHost.Lifetime;

/// <summary>A process, identified by its id and start time (clock ticks since boot), since ids are reused.</summary>
internal readonly record struct KnownProcess(int Id, long Started);

/// <summary>Descendants of a process, read from <c>/proc</c>; empty on systems other than Linux.</summary>
internal static class ProcessTree
{
    // Fields of /proc/PID/stat after the name, which ends with the line's last parenthesis: state, parent, ..., start time.
    private const int State = 0;
    private const int Parent = 1;
    private const int Started = 19;

    /// <summary>The process's parent; null when there is no such process.</summary>
    public static int? ParentOf(int processId) => Fields(processId) is { } fields ? (int)Number(fields[Parent]) : null;

    /// <summary>The process's executable; null when it cannot be read.</summary>
    public static string? ProgramOf(int processId) => new FileInfo($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/exe").LinkTarget;

    /// <summary>The process and its descendants, the deepest first.</summary>
    public static IReadOnlyList<KnownProcess> Below(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var id in All())
        {
            if (ParentOf(id) is { } parent)
                (children.TryGetValue(parent, out var list) ? list : children[parent] = []).Add(id);
        }
        var found = new List<KnownProcess>();
        Collect(root);
        return found;

        void Collect(int id)
        {
            foreach (var child in children.GetValueOrDefault(id, []))
                Collect(child);
            if (Find(id) is { } process)
                found.Add(process);
        }
    }

    /// <summary>Whether the process still runs; a zombie does not.</summary>
    public static bool Lives(KnownProcess process) =>
        Fields(process.Id) is { } fields && fields[State] is not ("Z" or "X") && Number(fields[Started]) == process.Started;

    public static void Kill(KnownProcess process)
    {
        if (!Lives(process))
            return;
        try
        {
            using var running = Process.GetProcessById(process.Id);
            running.Kill();
        }
        catch (ArgumentException)
        {
            return; // already exited
        }
    }

    private static KnownProcess? Find(int id) => Fields(id) is { } fields ? new KnownProcess(id, Number(fields[Started])) : null;

    private static IEnumerable<int> All() => Directory.Exists("/proc")
        ? Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(name => (int)Number(name!))
        : [];

    private static string[]? Fields(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // no such process
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
