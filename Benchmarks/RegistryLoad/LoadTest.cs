using System.Diagnostics;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>The load test result of one operation.</summary>
/// <param name="PerSecond">Finished requests per second of all clients together.</param>
/// <param name="Median">Median time of a request in milliseconds.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
/// <param name="ServerTime">Server CPU milliseconds per request, which are robust against other load.</param>
internal sealed record LoadResult(double PerSecond, double Median, double P99, double ServerTime);

/// <summary>Closed-loop load: each client sends its next request after the previous response.</summary>
internal static class LoadTest
{
    // A server that has just started still compiles its code.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    // Larger than the number of warmup requests, so that no request is sent twice.
    private const int WarmUpNumbers = 1_000_000;

    /// <param name="server">Process whose CPU time is measured.</param>
    /// <param name="request">The <c>n</c>-th request of client <c>c</c>; throws on a wrong response.</param>
    public static async Task<LoadResult> RunAsync(Process server, Func<int, int, Task> request, int clients, TimeSpan time)
    {
        await AllClientsAsync(request, clients, 0, Stopwatch.StartNew(), WarmUp);
        var before = ProcessorTime(server);
        var clock = Stopwatch.StartNew();
        var times = await AllClientsAsync(request, clients, WarmUpNumbers, clock, time);
        var seconds = clock.Elapsed.TotalSeconds;
        var all = times.SelectMany(t => t).Order().ToArray();
        return new LoadResult(all.Length / seconds, At(all, 0.5), At(all, 0.99), (ProcessorTime(server) - before) / all.Length);
    }

    private static double ProcessorTime(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalMilliseconds;
    }

    private static Task<List<double>[]> AllClientsAsync(Func<int, int, Task> request, int clients, int first, Stopwatch clock, TimeSpan time) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => OneClientAsync(request, client, first, clock, time))));

    private static async Task<List<double>> OneClientAsync(Func<int, int, Task> request, int client, int first, Stopwatch clock, TimeSpan time)
    {
        var times = new List<double>();
        for (var number = first; clock.Elapsed < time; number++)
        {
            var start = Stopwatch.GetTimestamp();
            await request(client, number);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    private static double At(double[] sorted, double quantile) => sorted[(int)Math.Min(sorted.Length - 1, quantile * sorted.Length)];
}
