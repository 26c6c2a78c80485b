using System.Globalization;

namespace Linnaeus.Benchmarks.Soak;

/// <summary>Resident memory of the processes that a platform has started, every few seconds.</summary>
internal sealed class MemoryWatch(int platform)
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
            // Enough.
        }
    }

    /// <summary>The first fifth of the time is left out: what is loaded and compiled then stays.</summary>
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

    private IEnumerable<(string Name, double Mebibytes)> Read()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            if (TryRead(Path.Combine(folder, "status")) is not { } status || Value(status, "PPid") != platform || TryRead(Path.Combine(folder, "cmdline")) is not { } command)
                continue;
            var program = command.Split('\0').FirstOrDefault(part => part.Contains("Linnaeus.", StringComparison.Ordinal));
            yield return (program is null ? "azurite" : Path.GetFileNameWithoutExtension(program).Replace("Linnaeus.", "", StringComparison.Ordinal), Value(status, "VmRSS") / MebibyteKibibytes);
        }
        if (TryRead($"/proc/{platform}/status") is { } own)
            yield return ("AppHost", Value(own, "VmRSS") / MebibyteKibibytes);
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
