using System.Diagnostics;
using System.Globalization;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>
/// Subcommand <c>registry</c>: requests per second, median and 99th percentile of the Registry as a process of its own, on SQLite and on
/// PostgreSQL, with Azurite. Load generator, Registry and databases share this machine's cores.
/// <code>registry [--seconds 3] [--clients 1,16] [--databases sqlite,postgres] [--only NAME] [--artifact-size MIB]</code>
/// </summary>
internal static class RegistryBenchmark
{
    public static int Run(string[] arguments)
    {
        var options = RegistryBenchmarkOptions.Parse(arguments);
        RunAsync(options).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(RegistryBenchmarkOptions options)
    {
        await using var azurite = await AzuriteServer.StartAsync(CancellationToken.None);
        foreach (var database in options.Databases)
        {
            await using var postgres = database == "postgres" ? await PostgresServer.StartAsync(isDurable: true) : null;
            var environment = new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "" };
            var connection = postgres is null ? null : await postgres.CreateDatabaseAsync();
            if (connection is not null) environment["ConnectionStrings__registrydb"] = connection;
            await using var registry = await RegistryProcess.StartAsync(azurite.ConnectionString, environment);
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = registry.Address, Timeout = Timeout.InfiniteTimeSpan };
            if (options.ArtifactSize > 0)
            {
                await LargeArtifact.RunAsync(http, registry.Process, options.ArtifactSize);
                continue;
            }
            await MeasureAsync(database, options, registry.Process, http, azurite.ConnectionString);
            if (connection is not null) await MeasureFloorAsync(connection, options, registry.Process);
            registry.Process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"memory of the Registry: {registry.Process.WorkingSet64 / 1048576.0:F0} MiB now, {registry.Process.PeakWorkingSet64 / 1048576.0:F0} MiB at its peak\n"));
        }
    }

    private static async Task MeasureAsync(string database, RegistryBenchmarkOptions options, Process server, HttpClient http, string blobs)
    {
        var time = TimeSpan.FromSeconds(options.Seconds);
        var workload = new Workload(http);
        await workload.PrepareAsync(options.Clients.Max());
        Console.WriteLine($"{database + ", clients",-40}{"",4}{"requests/s",12}{"p50 ms",10}{"p99 ms",10}{"CPU ms",10}   ratio");
        foreach (var (name, request) in workload.Operations.Where(o => o.Key.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
            foreach (var clients in options.Clients)
            {
                var result = await LoadTest.RunAsync(server, request, clients, time);
                Print(name, clients, result, MlflowFigures.PerSecond(name, database == "postgres", clients) is { } figure
                    ? Ratio(result.PerSecond / figure, "MLflow's published") : "");
            }

        var artifacts = new ArtifactLoad(http, blobs);
        if (!artifacts.Operations.Any(o => o.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))) return;
        await artifacts.PrepareAsync(options.Clients.Max());
        foreach (var (name, request, direct) in artifacts.Operations)
            foreach (var clients in options.Clients)
            {
                var result = await LoadTest.RunAsync(server, request, clients, time);
                var reference = await LoadTest.RunAsync(server, direct, clients, time);
                Print(name, clients, result, Ratio(result.PerSecond / reference.PerSecond, "the blob store itself in this run"));
            }
    }

    private static async Task MeasureFloorAsync(string connection, RegistryBenchmarkOptions options, Process server)
    {
        if (!CommitFloor.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)) return;
        await using var floor = await CommitFloor.OpenAsync(connection, options.Clients.Max());
        foreach (var clients in options.Clients)
            Print(CommitFloor.Name, clients, await LoadTest.RunAsync(server, floor.InsertAsync, clients, TimeSpan.FromSeconds(options.Seconds)), "");
    }

    private static string Ratio(double ratio, string of) => string.Create(CultureInfo.InvariantCulture, $"{ratio:G3}x {of}");

    private static void Print(string name, int clients, LoadResult result, string ratio) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-40}{clients,4}{result.PerSecond,12:F1}{result.Median,10:F2}{result.P99,10:F2}{result.ServerTime,10:F2}   {ratio}"));
}
