using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class MetricHistoryTests(RegistryFixture registry)
{
    private const string Interval = "/metrics/get-history-bulk-interval";
    private readonly MlflowWire _mlflow = new(registry.Http, "/ajax-api/2.0/mlflow");

    private async Task<string> NewRunAsync(int count, Func<int, double>? value = null)
    {
        var id = await _mlflow.NewRunAsync();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
            await _mlflow.PostAsync("/runs/log-batch", new
            {
                run_id = id,
                metrics = chunk.Select(i => new { key = "m", value = value?.Invoke(i) ?? 10, timestamp = 1, step = i }),
            });
        return id;
    }

    private async Task<List<(string Run, int Step)>> StepsAsync(string query) =>
        [.. (await _mlflow.GetAsync($"{Interval}?metric_key=m&{query}")).List("metrics")
            .Select(m => (m.Text("run_id"), m.GetProperty("step").GetInt32()))];

    /// <summary>The numbers of MLflow's own test of this endpoint.</summary>
    [Fact]
    public async Task Intervals_are_sampled_as_MLflow_does()
    {
        var (one, two) = (await NewRunAsync(10), await NewRunAsync(20));
        Assert.Equal([0, 2, 4, 6, 8, 9], (await StepsAsync($"run_ids={one}&max_results=5")).Select(p => p.Step));
        Assert.Equal([0, 1, 2, 3, 4], (await StepsAsync($"run_ids={one}&max_results=5&start_step=0&end_step=4")).Select(p => p.Step));
        int[] shared = [0, 4, 8, 9, 12, 16, 19];
        Assert.Equal(shared.Where(s => s < 10).Select(s => (one, s)).Concat(shared.Select(s => (two, s))),
            await StepsAsync($"run_ids={one}&run_ids={two}&max_results=5"));
    }

    [Theory]
    [InlineData("metric_key=key", "Missing value for required parameter 'run_ids'.")]
    [InlineData("run_ids=1&max_results=5", "Missing value for required parameter 'metric_key'")]
    [InlineData("run_ids=1&metric_key=key&max_results=0", "max_results must be between 1 and 2500")]
    [InlineData("run_ids=1&metric_key=key&start_step=1&end_step=0", "end_step must be greater than start_step. ")]
    [InlineData("run_ids=1&metric_key=key&start_step=1", "If either start step or end step are specified, both must be specified.")]
    public async Task Bad_intervals_are_refused(string query, string expected) =>
        Assert.Contains(expected, await _mlflow.GetFailsAsync($"{Interval}?{query}"), StringComparison.Ordinal);

    [Fact]
    public async Task Too_many_runs_are_refused() => Assert.Contains("must specify at most 100 run_ids.",
        await _mlflow.GetFailsAsync($"{Interval}?metric_key=m&{string.Join('&', Enumerable.Range(0, 101).Select(i => $"run_ids={i}"))}"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Bulk_histories_are_grouped_by_run_in_order_of_time()
    {
        var (one, two) = (await NewRunAsync(3), await NewRunAsync(3));
        var ids = new[] { one, two }.Order(StringComparer.Ordinal).ToArray();
        var all = (await _mlflow.GetAsync($"/metrics/get-history-bulk?metric_key=m&run_id={two}&run_id={one}")).List("metrics");
        Assert.Equal(ids.SelectMany(id => new[] { (id, 0), (id, 1), (id, 2) }), all.Select(m => (m.Text("run_id"), m.GetProperty("step").GetInt32())));
        Assert.Equal(2, (await _mlflow.GetAsync($"/metrics/get-history-bulk?metric_key=m&run_id={one}&max_results=2")).List("metrics").Count);
        Assert.Contains("must specify at least one run_id", await _mlflow.GetFailsAsync("/metrics/get-history-bulk?metric_key=m"),
            StringComparison.Ordinal);
    }

    private async Task<JsonElement> SeriesAsync(string run, string query) =>
        JsonElement.Parse(await registry.Http.GetStringAsync($"/api/runs/{run}/metrics/m?{query}"));

    [Fact]
    public async Task A_long_history_is_downsampled_without_losing_its_minimum_and_maximum()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 5000).Select(_ => random.NextDouble()).ToArray();
        (values[1234], values[4321]) = (-7, 9);
        var id = await NewRunAsync(values.Length, i => values[i]);
        var series = await SeriesAsync(id, "points=100");
        Assert.Equal(5000, series.GetProperty("count").GetInt64());
        var points = series.List("points").ConvertAll(p => (Step: p.GetProperty("step").GetInt32(), Value: p.GetProperty("value").GetDouble()));
        Assert.InRange(points.Count, 90, 100);
        Assert.All(points, p => Assert.Equal(values[p.Step], p.Value));
        Assert.Equal(points.Select(p => p.Step).Order().Distinct(), points.Select(p => p.Step));
        Assert.Equal((0, 4999), (points[0].Step, points[^1].Step));
        // Each of the 49 stretches keeps its own minimum and maximum.
        foreach (var stretch in Enumerable.Range(0, values.Length).GroupBy(i => i * 49L / values.Length))
        {
            Assert.Contains((stretch.MinBy(i => values[i]), stretch.Min(i => values[i])), points);
            Assert.Contains((stretch.MaxBy(i => values[i]), stretch.Max(i => values[i])), points);
        }
    }

    [Fact]
    public async Task A_short_history_is_complete_and_a_range_and_NaN_are_kept()
    {
        var id = await NewRunAsync(200);
        await _mlflow.PostAsync("/runs/log-metric", new { run_id = id, key = "m", value = "NaN", timestamp = 1, step = 57 });
        Assert.Equal(201, (await SeriesAsync(id, "points=1000")).List("points").Count);
        Assert.Equal(Enumerable.Range(50, 11), (await SeriesAsync(id, "start_step=50&end_step=60")).List("points")
            .Select(p => p.GetProperty("step").GetInt32()).Distinct());
        var thin = (await SeriesAsync(id, "points=20")).List("points");
        Assert.InRange(thin.Count, 3, 20);
        Assert.Equal(57, Assert.Single(thin, p => p.GetProperty("value").ValueKind == JsonValueKind.Null).GetProperty("step").GetInt32());
        Assert.Empty((await SeriesAsync(await NewRunAsync(0), "")).List("points"));
    }

    [Theory]
    [InlineData("points=3", 400)]
    [InlineData("points=many", 400)]
    [InlineData("start_step=5&end_step=4", 400)]
    public async Task Bad_series_are_refused(string query, int status)
    {
        using var response = await registry.Http.GetAsync($"/api/runs/{await NewRunAsync(1)}/metrics/m?{query}");
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task The_client_reads_keys_with_slashes()
    {
        var id = await _mlflow.NewRunAsync();
        await _mlflow.PostAsync("/runs/log-metric", new { run_id = id, key = "val/top 1", value = 0.5, timestamp = 7, step = 3 });
        var series = await new Linnaeus.Registry.Client.RegistryClient(registry.Http).Runs.GetSeriesAsync(id, "val/top 1");
        Assert.Equal(("val/top 1", new MetricSeriesPoint(3, 7, 0.5)), (series.Key, series.Points.Single()));
    }
}
