using System.Globalization;

namespace Linnaeus.Benchmarks.Soak;

/// <summary>Samples the resident memory of a platform's processes every few seconds.</summary>
internal sealed class MemoryWatch
{
    private const double MebibyteKibibytes = 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, List<(double Hours, double Mebibytes)>> _seen = [];

    public async Task RunAsync(CancellationToken ending)
    {
        var start = DateTimeOffset.UtcNow;
        try
        {
            while (true)
            {
                foreach (var service in Read().GroupBy(process => process.Name))
                {
                    if (!_seen.TryGetValue(service.Key, out var list))
                        _seen[service.Key] = list = [];
                    list.Add(((DateTimeOffset.UtcNow - start).TotalHours, service.Sum(process => process.Mebibytes)));
                }
                await Task.Delay(Interval, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The measurement ends.
        }
    }

    /// <summary>Excludes the first fifth of the time, in which code is loaded and compiled.</summary>
    public void Print()
    {
        Console.WriteLine($"{"MiB",-12}{"after a fifth",14}{"median",10}{"end",10}{"highest",10}{"end : fifth",13}{"slope, MiB/h",14}");
        foreach (var (name, list) in _seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var late = list[(list.Count / 5)..];
            var (first, end) = (Median(late.Take(5)), Median(late.TakeLast(5)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12}{first,14:F0}{Median(late),10:F0}{end,10:F0}{late.Max(p => p.Mebibytes),10:F0}{end / first,13:F2}{Slope(late),14:F1}"));
        }
    }

    /// <summary>
    /// The services, the storage emulator and the AppHost of this repository. They are told by where they run and not by their parents: the orchestrator
    /// gives them away.
    /// </summary>
    private static IEnumerable<(string Name, double Mebibytes)> Read() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0 && id != Environment.ProcessId && IsOurs(folder)
        let name = Name(TryRead($"{folder}/cmdline") ?? "")
        where name.Length > 0
        let status = TryRead($"{folder}/status")
        where status is not null
        select (name, Value(status, "VmRSS") / MebibyteKibibytes);

    private static bool IsOurs(string process)
    {
        try
        {
            return new[] { "exe", "cwd" }.Any(link => File.ResolveLinkTarget($"{process}/{link}", returnFinalTarget: false)?.FullName.StartsWith(Repository.Root, StringComparison.Ordinal) == true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // the process has ended, or is somebody else's
        }
    }

    private static string Name(string command)
    {
        var parts = command.Split('\0');
        var program = Array.Find(parts, part => part.Contains("Linnaeus.", StringComparison.Ordinal));
        if (program is not null)
            return Path.GetFileName(program).Replace("Linnaeus.", "", StringComparison.Ordinal).Replace(".dll", "", StringComparison.Ordinal);
        return command.Contains("azurite", StringComparison.Ordinal) ? "azurite" : "";
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null; // the process has ended
        }
    }

    private static long Value(string status, string name) =>
        status.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) : 0;

    private static double Median(IEnumerable<(double, double Mebibytes)> points)
    {
        var values = points.Select(point => point.Mebibytes).Order().ToList();
        return values[values.Count / 2];
    }

    /// <summary>By least squares.</summary>
    private static double Slope(List<(double Hours, double Mebibytes)> points)
    {
        var (x, y) = (points.Average(p => p.Hours), points.Average(p => p.Mebibytes));
        return points.Sum(p => (p.Hours - x) * (p.Mebibytes - y)) / points.Sum(p => (p.Hours - x) * (p.Hours - x));
    }
}
