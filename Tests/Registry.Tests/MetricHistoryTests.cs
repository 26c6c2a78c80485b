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
    public async Task Bulk_histories_come_by_run_and_in_order_of_time()
    {
        var (one, two) = (await NewRunAsync(3), await NewRunAsync(3));
        var ids = new[] { one, two }.Order(StringComparer.Ordinal).ToArray();
        var all = (await _mlflow.GetAsync($"/metrics/get-history-bulk?metric_key=m&run_id={two}&run_id={one}")).List("metrics");
        Assert.Equal(ids.SelectMany(id => new[] { (id, 0), (id, 1), (id, 2) }), all.Select(m => (m.Text("run_id"), m.GetProperty("step").GetInt32())));
        Assert.Equal(2, (await _mlflow.GetAsync($"/metrics/get-history-bulk?metric_key=m&run_id={one}&max_results=2")).List("metrics").Count);
        Assert.Contains("must specify at least one run_id", await _mlflow.GetFailsAsync("/metrics/get-history-bulk?metric_key=m"),
            StringComparison.Ordinal);
    }
}
