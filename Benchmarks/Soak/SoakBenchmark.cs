using System.Diagnostics;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Benchmarks.Soak;

/// <summary>
/// Subcommand <c>soak</c>: memory of each service of the whole platform under a mixed load. The reference is the
/// same service after a fifth of the time, when all code is loaded and compiled.
/// <code>soak [MINUTES]</code>
/// </summary>
internal static class SoakBenchmark
{
    private const int PortOffset = 7300;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    public static int Run(string[] arguments)
    {
        var minutes = arguments.Length == 0 ? 30 : double.Parse(arguments[0], CultureInfo.InvariantCulture);
        RunAsync(TimeSpan.FromMinutes(minutes)).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(TimeSpan duration)
    {
        var data = Directory.CreateTempSubdirectory("linnaeus-soak-").FullName;
        using var platform = Start(data);
        try
        {
            foreach (var port in new[] { 5500, 5501, 5502, 5503 })
                await WaitAsync(new Uri($"http://localhost:{port + PortOffset}/health"), platform);
            var load = new SoakLoad(Client(5500), Client(5502), Client(5503));
            await load.PrepareAsync(CancellationToken.None);
            using var ending = new CancellationTokenSource(duration);
            var watch = new MemoryWatch();
            var watching = watch.RunAsync(ending.Token);
            await load.RunAsync(ending.Token);
            await watching;
            Console.WriteLine($"{duration.TotalMinutes:0.#} minutes: {load}");
            watch.Print();
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", $"{platform.Id}"]);
            await platform.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static HttpClient Client(int port) => new() { BaseAddress = new Uri($"http://localhost:{port + PortOffset}"), Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>The platform built with this program, started from the repository root.</summary>
    private static Process Start(string data)
    {
        var built = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..];
        var program = Path.Combine([Repository.Root, "AppHost", "bin", .. built, "Linnaeus.AppHost.dll"]);
        var start = new ProcessStartInfo("dotnet",
        [
            program, "--data", data, "--quickstart", "false", "--port-offset", $"{PortOffset}",
            "--ASPNETCORE_URLS", "http://localhost:15500", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:15501",
            "--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:15502",
        ])
        { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, Environment = { ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true", ["DOTNET_ENVIRONMENT"] = "Development" } };
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        process.OutputDataReceived += (_, _) => { }; // unread output would fill the pipe and block the process
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task WaitAsync(Uri address, Process platform)
    {
        using var http = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartTimeout && !platform.HasExited; await Task.Delay(500))
        {
            try
            {
                if ((await http.GetAsync(address)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not ready yet.
            }
        }
        throw new InvalidOperationException($"{address} does not answer.");
    }
}
