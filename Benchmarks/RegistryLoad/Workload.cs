using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>The operations on data created once per database: 1,000 runs with 20 metrics, one run with a long history.</summary>
internal sealed class Workload(HttpClient http)
{
    public const string Floor = "empty request (/alive)";
    public const string LogBatch = "log-batch, 100 metrics";
    public const string LogMetric = "log-metric";
    public const string CreateVersion = "create model version";
    public const string GetRun = "get run, 20 metrics";
    public const string SearchAll = "search 1,000 runs, all";
    public const string SearchTop = "search, filter + order, top 50";
    public const string SearchPage = "search, page of 100";
    public const string History = "history of 10,000 points";

    private const string Api = "/api/2.0/mlflow";
    private const int Runs = 1000;
    private const int Points = 10_000;

    private readonly List<string> runs = [];
    private readonly List<string> written = [];
    private string experiment = "";
    private string logged = "";

    /// <summary>Creates the data.</summary>
    public async Task PrepareAsync(int clients)
    {
        experiment = await NewExperimentAsync("load");
        logged = await NewExperimentAsync("written");
        await PostAsync("/registered-models/create", new { name = "load" });
        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
        {
            var run = await NewRunAsync(experiment, number);
            await PostAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(0, 20).Select(m => new { key = $"metric_{m}", value = number * 0.001 + m, timestamp = 1, step = 1 }),
                @params = Enumerable.Range(0, 10).Select(p => new { key = $"param_{p}", value = $"{p * number}" }),
                tags = Enumerable.Range(0, 5).Select(t => new { key = $"tag_{t}", value = $"{t + number}" }),
            });
            lock (runs) runs.Add(run);
        });
        for (var first = 0; first < Points; first += 1000)
            await PostAsync("/runs/log-batch", new
            {
                run_id = runs[0],
                metrics = Enumerable.Range(first, 1000).Select(step => new { key = "loss", value = 1.0 / (step + 1), timestamp = step, step }),
            });
        for (var client = 0; client < clients; client++) written.Add(await NewRunAsync(logged, 0));
    }

    /// <summary>One request of an operation by client and number.</summary>
    public IReadOnlyDictionary<string, Func<int, int, Task>> Operations => new Dictionary<string, Func<int, int, Task>>
    {
        [Floor] = (_, _) => ReadAsync("/alive"),
        [LogBatch] = LogBatchAsync,
        [LogMetric] = (client, number) =>
            PostAsync("/runs/log-metric", new { run_id = written[client], key = "single", value = number * 0.5, timestamp = number, step = number }),
        [CreateVersion] = (client, _) => PostAsync("/model-versions/create", new { name = "load", source = "s3://elsewhere/model", run_id = written[client] }),
        [GetRun] = (client, number) => ReadAsync($"{Api}/runs/get?run_id={runs[1 + ((client * 37 + number) % (Runs - 1))]}"),
        [SearchAll] = (_, _) => SearchAsync(1000, null, []),
        [SearchTop] = (_, number) => SearchAsync(
            50, string.Create(CultureInfo.InvariantCulture, $"metrics.metric_3 > {3.1 + (number % 100 * 0.001)} and params.param_1 != '7'"), ["metrics.metric_5 DESC"]),
        [SearchPage] = (_, _) => SearchAsync(100, null, []),
        [History] = (_, _) => ReadAsync($"{Api}/metrics/get-history?run_id={runs[0]}&metric_key=loss&max_results={Points}"),
    };

    private Task<JsonDocument> LogBatchAsync(int client, int number)
    {
        // Another hundred points of ten metrics, as at the end of an epoch.
        var metrics = Enumerable.Range(0, 100).Select(i => new { key = $"metric_{i % 10}", value = number + (i * 0.01), timestamp = number, step = (number * 10) + (i / 10) });
        return PostAsync("/runs/log-batch", new { run_id = written[client], metrics });
    }

    private async Task SearchAsync(int count, string? filter, string[] order)
    {
        using var response = await http.PostAsJsonAsync(Api + "/runs/search",
            new { experiment_ids = new[] { experiment }, max_results = count, filter, order_by = order });
        await ReadAsync(response);
    }

    private async Task<string> NewExperimentAsync(string name) =>
        (await PostAsync("/experiments/create", new { name })).RootElement.GetProperty("experiment_id").GetString()!;

    private async Task<string> NewRunAsync(string experimentId, int start) =>
        (await PostAsync("/runs/create", new { experiment_id = experimentId, start_time = 1000 + start })).RootElement
            .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    private async Task<JsonDocument> PostAsync(string path, object body)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync(Api + path, content);
        return JsonDocument.Parse(await ReadAsync(response));
    }

    private async Task ReadAsync(string path)
    {
        using var response = await http.GetAsync(path);
        await ReadAsync(response);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? bytes
            : throw new InvalidOperationException($"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(bytes)}");
    }
}
