using System.Net;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class RunTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    [Fact]
    public async Task A_new_run_has_the_shape_clients_expect()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var created = (await _mlflow.PostAsync("/runs/create", new
        {
            experiment_id = experiment,
            run_name = "first",
            user_id = "ada",
            start_time = "1700000000123",
            a_field_of_the_future = new { x = 1 },
            tags = new[] { new { key = "mlflow.source.name", value = "train.py" } },
        })).GetProperty("run");
        var info = created.GetProperty("info");
        var id = info.Text("run_id");
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(id, info.Text("run_uuid"));
        Assert.Equal("first", info.Text("run_name"));
        Assert.Equal(experiment, info.Text("experiment_id"));
        Assert.Equal("ada", info.Text("user_id"));
        Assert.Equal("RUNNING", info.Text("status"));
        Assert.Equal(1700000000123, info.GetProperty("start_time").GetInt64());
        Assert.False(info.Has("end_time"));
        Assert.Equal("active", info.Text("lifecycle_stage"));
        Assert.Equal($"mlflow-artifacts:/{experiment}/{id}/artifacts", info.Text("artifact_uri"));
        Assert.Equal("first", created.GetProperty("data").Pairs("tags")["mlflow.runName"]);
        Assert.Equal(created.ToString(), (await _mlflow.RunAsync(id)).ToString());
    }

    [Fact]
    public async Task A_run_without_a_name_gets_one_and_the_tag_and_the_name_stay_in_step()
    {
        var id = await _mlflow.NewRunAsync();
        var run = await _mlflow.RunAsync(id);
        var name = run.GetProperty("info").Text("run_name");
        Assert.NotEmpty(name);
        Assert.Equal(name, run.GetProperty("data").Pairs("tags")["mlflow.runName"]);

        await _mlflow.PostAsync("/runs/set-tag", new { run_id = id, key = "mlflow.runName", value = "by tag" });
        Assert.Equal("by tag", (await _mlflow.RunAsync(id)).GetProperty("info").Text("run_name"));
        var updated = await _mlflow.PostAsync("/runs/update",
            new { run_id = id, run_name = "by update", status = "FINISHED", end_time = 99 });
        Assert.Equal("FINISHED", updated.GetProperty("run_info").Text("status"));
        Assert.Equal(99, updated.GetProperty("run_info").GetProperty("end_time").GetInt64());
        Assert.Equal("by update", (await _mlflow.RunAsync(id)).GetProperty("data").Pairs("tags")["mlflow.runName"]);
    }

    [Fact]
    public async Task Deleted_runs_reject_writes_until_they_are_restored()
    {
        var id = await _mlflow.NewRunAsync();
        await _mlflow.PostAsync("/runs/delete", new { run_id = id });
        Assert.Equal("deleted", (await _mlflow.RunAsync(id)).GetProperty("info").Text("lifecycle_stage"));
        Assert.Contains($"The run {id} must be in", await _mlflow.FailsAsync("/runs/set-tag", new { run_id = id, key = "k", value = "v" }),
            StringComparison.Ordinal);
        await _mlflow.PostAsync("/runs/restore", new { run_id = id });
        await _mlflow.PostAsync("/runs/set-tag", new { run_uuid = id, key = "k", value = "v" });
        Assert.Equal("v", (await _mlflow.RunAsync(id)).GetProperty("data").Pairs("tags")["k"]);
        await _mlflow.PostAsync("/runs/delete-tag", new { run_id = id, key = "k" });
        Assert.Contains("No tag with name: k",
            await _mlflow.FailsAsync("/runs/delete-tag", new { run_id = id, key = "k" }, "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_stored_atomically_and_can_be_repeated()
    {
        var id = await _mlflow.NewRunAsync();
        var batch = new
        {
            run_id = id,
            metrics = new object[]
            {
                new { key = "loss", value = 2.5, timestamp = 10, step = 1 },
                new { key = "loss", value = 1.5, timestamp = "20", step = "2" },
                new { key = "odd", value = "NaN", timestamp = 10 },
                new { key = "up", value = "Infinity", timestamp = 10 },
                new { key = "down", value = "-Infinity", timestamp = 10 },
            },
            @params = new[] { new { key = "lr", value = "0.1" }, new { key = "empty", value = "" } },
            tags = new[] { new { key = "team", value = "botany" } },
        };
        await _mlflow.PostAsync("/runs/log-batch", batch);
        await _mlflow.PostAsync("/runs/log-batch", batch);

        var data = (await _mlflow.RunAsync(id)).GetProperty("data");
        var metrics = data.List("metrics").ToDictionary(m => m.Text("key"));
        Assert.Equal(1.5, metrics["loss"].GetProperty("value").GetDouble());
        Assert.Equal(2, metrics["loss"].GetProperty("step").GetInt64());
        Assert.Equal("NaN", metrics["odd"].Text("value"));
        Assert.Equal(double.MaxValue, metrics["up"].GetProperty("value").GetDouble());
        Assert.Equal(-double.MaxValue, metrics["down"].GetProperty("value").GetDouble());
        Assert.Equal("", data.Pairs("params")["empty"]);
        Assert.Equal("botany", data.Pairs("tags")["team"]);
        Assert.Equal(2, (await _mlflow.GetAsync($"/metrics/get-history?run_id={id}&metric_key=loss")).List("metrics").Count);
    }

    [Fact]
    public async Task A_batch_with_one_fault_stores_nothing()
    {
        var id = await _mlflow.NewRunAsync();
        await _mlflow.PostAsync("/runs/log-parameter", new { run_id = id, key = "lr", value = "0.1" });
        var message = await _mlflow.FailsAsync("/runs/log-batch", new
        {
            run_id = id,
            metrics = new[] { new { key = "m", value = 1.0, timestamp = 1 } },
            @params = new[] { new { key = "fresh", value = "1" }, new { key = "lr", value = "0.2" } },
            tags = new[] { new { key = "t", value = "v" } },
        });
        Assert.Contains("Changing param values is not allowed", message, StringComparison.Ordinal);
        var data = (await _mlflow.RunAsync(id)).GetProperty("data");
        Assert.Equal(["lr"], data.Pairs("params").Keys);
        Assert.Empty(data.List("metrics"));
        Assert.DoesNotContain("t", data.Pairs("tags").Keys);
    }

    [Theory]
    [InlineData("metrics", 1001, "at most 1000")]
    [InlineData("params", 101, "at most 100")]
    [InlineData("tags", 101, "at most 100")]
    public async Task Batches_have_limits(string kind, int count, string expected)
    {
        var id = await _mlflow.NewRunAsync();
        var items = Enumerable.Range(0, count)
            .Select(i => kind == "metrics" ? (object)new { key = $"k{i}", value = 1.0, timestamp = 1 }
            : new { key = $"k{i}", value = "1" });
        Assert.Contains(expected, await _mlflow.FailsAsync("/runs/log-batch",
            new Dictionary<string, object> { ["run_id"] = id, [kind] = items }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metrics": "foo"}""", "Invalid value \"foo\" for parameter 'metrics' supplied")]
    [InlineData("""{"metrics": "foo"}""", "Invalid value foo for parameter 'metrics' supplied")]
    [InlineData("""{"metrics": [{"key": "mae", "value": 2.5}]}""", "Missing value for required parameter 'metrics[0].timestamp'")]
    [InlineData("""{"metrics": [{"key": "mae", "value": 2.5}]}""", "Invalid value [{'key': 'mae', 'value': 2.5}] for parameter 'metrics' supplied")]
    [InlineData("""{"params": [{"key": "a"}, {"value": "b"}]}""", "Missing value for required parameter 'params[1].key'")]
    public async Task Invalid_batches_name_the_invalid_item(string members, string expected)
    {
        var id = await _mlflow.NewRunAsync();
        Assert.Contains(expected, await _mlflow.FailsAsync("/runs/log-batch", $"{{\"run_id\": \"{id}\", {members[1..]}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_a_thousand_metrics_is_accepted()
    {
        var id = await _mlflow.NewRunAsync();
        await _mlflow.PostAsync("/runs/log-batch",
            new
            {
                run_id = id,
                metrics = Enumerable.Range(0, 1000)
            .Select(i => new { key = "m", value = i * 0.5, timestamp = i, step = i })
            });
        var first = await _mlflow.GetAsync($"/metrics/get-history?run_id={id}&metric_key=m&max_results=600");
        var second = await _mlflow.GetAsync($"/metrics/get-history?run_id={id}&metric_key=m&max_results=600&page_token={Uri.EscapeDataString(first.Text("next_page_token"))}");
        Assert.Equal(Enumerable.Range(0, 1000), first.List("metrics").Concat(second.List("metrics"))
            .Select(m => m.GetProperty("step").GetInt32()));
        Assert.False(second.Has("next_page_token"));
    }

    [Theory]
    [InlineData("""{"run_id": 31, "key": "k", "value": 1, "timestamp": 1}""", "Invalid value 31 for parameter 'run_id' supplied")]
    [InlineData("""{"run_id": "RUN", "key": 31, "value": 1, "timestamp": 1}""", "Invalid value 31 for parameter 'key' supplied")]
    [InlineData("""{"run_id": "RUN", "key": "k", "value": 1, "timestamp": 1, "step": "foo"}""", "Invalid value \"foo\" for parameter 'step' supplied")]
    [InlineData("""{"run_id": "RUN", "key": "k", "value": "x", "timestamp": 1}""", "Invalid value \"x\" for parameter 'value' supplied")]
    [InlineData("""{"run_id": "RUN", "value": 1, "timestamp": 1}""", "Missing value for required parameter 'key'")]
    [InlineData("""{"run_id": null, "key": "k", "value": 1, "timestamp": 1}""", "Missing value for required parameter 'run_id'")]
    [InlineData("""{"run_id": "RUN", "key": "../k", "value": 1, "timestamp": 1}""", "Invalid metric name: '../k'")]
    [InlineData("""{"run_id": "RUN", "key": "a*b", "value": 1, "timestamp": 1}""", "Invalid metric name: 'a*b'")]
    [InlineData("""{"run_id": "RUN", "key": "a\u0000b", "value": 1, "timestamp": 1}""", "NUL")]
    [InlineData("""{"run_id": "RUN", "key": "a\ud800b", "value": 1, "timestamp": 1}""", "not valid Unicode")]
    [InlineData("""{"run_id": "RUN", "key": "k", "value": 1, "timestamp": "x"}""", "Invalid value x for parameter 'timestamp' supplied")]
    [InlineData("this is no JSON", "Missing value for required parameter 'run_id'")]
    public async Task Bad_metrics_are_refused_with_the_parameter_named(string body, string expected)
    {
        var id = await _mlflow.NewRunAsync();
        Assert.Contains(expected, await _mlflow.FailsAsync("/runs/log-metric", body.Replace("RUN", id, StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latest_metric_is_the_greatest_by_step_then_timestamp_then_value()
    {
        var id = await _mlflow.NewRunAsync();
        foreach (var (value, timestamp, step) in new[] { (1.0, 5, 3), (9.0, 9, 2), (2.0, 4, 3), (0.5, 5, 3) })
            await _mlflow.PostAsync("/runs/log-metric", new { run_id = id, key = "m", value, timestamp, step });
        var latest = (await _mlflow.RunAsync(id)).GetProperty("data").List("metrics").Single();
        Assert.Equal((1.0, 5, 3), (latest.GetProperty("value").GetDouble(), latest.GetProperty("timestamp").GetInt32(),
            latest.GetProperty("step").GetInt32()));
    }

    [Fact]
    public async Task A_metric_can_be_logged_again_but_not_to_a_deleted_run()
    {
        var id = await _mlflow.NewRunAsync();
        for (var i = 0; i < 2; i++)
            await _mlflow.PostAsync("/runs/log-metric", new { run_id = id, key = "m", value = 1.5, timestamp = 1, step = 1 });
        await _mlflow.PostAsync("/runs/delete", new { run_id = id });

        Assert.Contains("must be in the 'active' state", await _mlflow.FailsAsync("/runs/log-metric",
            new { run_id = id, key = "m", value = 2.5, timestamp = 2, step = 2 }), StringComparison.Ordinal);

        await _mlflow.PostAsync("/runs/restore", new { run_id = id });
        var history = await _mlflow.GetAsync($"/metrics/get-history?run_id={id}&metric_key=m");
        Assert.Equal(1.5, Assert.Single(history.List("metrics")).GetProperty("value").GetDouble());
        Assert.Equal(1.5, Assert.Single((await _mlflow.RunAsync(id)).GetProperty("data").List("metrics")).GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Datasets_are_listed_with_every_run_that_used_them_in_each_experiment()
    {
        foreach (var id in new[] { await _mlflow.NewRunAsync(), await _mlflow.NewRunAsync() })
        {
            var body = new
            {
                run_id = id,
                datasets = new[] { new { tags = new[] { new { key = "mlflow.data.context", value = "train" } },
                    dataset = new { name = "flowers", digest = "abc", source_type = "local", source = "{}" } } },
            };
            await _mlflow.PostAsync("/runs/log-inputs", body);
            await _mlflow.PostAsync("/runs/log-inputs", body);
            var input = (await _mlflow.RunAsync(id)).GetProperty("inputs").List("dataset_inputs").Single();
            Assert.Equal("flowers", input.GetProperty("dataset").Text("name"));
            Assert.Equal("train", input.Pairs("tags")["mlflow.data.context"]);
        }
    }

    [Fact]
    public async Task Logged_datasets_do_not_change_and_are_found_by_experiment()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var id = await _mlflow.NewRunAsync(experiment);
        await LogAsync(id, "flowers", "train");
        await LogAsync(id, "flowers", "changed");
        await LogAsync(await _mlflow.NewRunAsync(experiment), "flowers", "test");
        await LogAsync(id, "trees", null);
        Assert.Equal(["train", ""], (await _mlflow.RunAsync(id)).GetProperty("inputs").List("dataset_inputs")
            .Select(i => i.Pairs("tags").GetValueOrDefault("mlflow.data.context", "")));

        var ajax = new MlflowWire(registry.Http, "/ajax-api/2.0/mlflow");
        var found = (await ajax.PostAsync("/experiments/search-datasets", new { experiment_ids = new[] { experiment } })).List("dataset_summaries");
        Assert.Equal([("flowers", "test"), ("flowers", "train"), ("trees", "")],
            found.Select(d => (d.Text("name"), d.Has("context") ? d.Text("context") : "")));
        Assert.All(found, d => Assert.Equal((experiment, "d1"), (d.Text("experiment_id"), d.Text("digest"))));
        Assert.Contains("must specify at least one experiment_id", await ajax.FailsAsync("/experiments/search-datasets", new { }),
            StringComparison.Ordinal);
        Assert.Contains("cannot specify more than 20", await ajax.FailsAsync("/experiments/search-datasets",
            new { experiment_ids = Enumerable.Range(0, 21).Select(i => $"{i}") }), StringComparison.Ordinal);

        Task LogAsync(string run, string name, string? context) => _mlflow.PostAsync("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { dataset = new { name, digest = "d1", source_type = "local", source = "x" },
                tags = context is null ? [] : new[] { new { key = "mlflow.data.context", value = context } } } },
        });
    }

    [Theory]
    [InlineData("{\"run_id\": \"RUN\"}", "Missing value for required parameter 'datasets'")]
    [InlineData("{\"datasets\": []}", "Missing value for required parameter 'run_id'")]
    [InlineData("{\"run_id\": \"RUN\", \"datasets\": [{\"dataset\": {\"name\": \"LONG\", \"digest\": \"d\", \"source_type\": \"l\", \"source\": \"s\"}}]}",
        "Dataset name exceeds the maximum length of 500")]
    public async Task Bad_inputs_are_refused(string body, string expected)
    {
        var id = await _mlflow.NewRunAsync();
        Assert.Contains(expected, await _mlflow.FailsAsync("/runs/log-inputs", body.Replace("RUN", id, StringComparison.Ordinal)
            .Replace("LONG", new string('a', 501), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_runs_are_404()
    {
        Assert.Contains("not found", await _mlflow.GetFailsAsync("/runs/get?run_id=0123", "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound), StringComparison.Ordinal);
        await _mlflow.FailsAsync("/runs/log-metric", new { run_id = "0123", key = "k", value = 1, timestamp = 1 },
            "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sixteen_clients_logging_to_one_run_lose_nothing()
    {
        var id = await _mlflow.NewRunAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(client => _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = id,
            metrics = Enumerable.Range(0, 20)
                .Select(i => new { key = $"m{i % 4}", value = client + i * 0.01, timestamp = 1, step = client * 20 + i }),
        })));
        var counts = 0;
        foreach (var key in new[] { "m0", "m1", "m2",
            "m3" }) counts += (await _mlflow.GetAsync($"/metrics/get-history?run_id={id}&metric_key={key}")).List("metrics").Count;
        Assert.Equal(320, counts);
        var latest = (await _mlflow.RunAsync(id)).GetProperty("data").List("metrics").Max(m => m.GetProperty("step").GetInt32());
        Assert.Equal(319, latest);
    }

    [Theory]
    [InlineData("/ajax-api/2.0/mlflow")]
    [InlineData("/api/2.0/preview/mlflow")]
    public async Task The_other_prefixes_serve_the_same(string prefix)
    {
        var id = await new MlflowWire(registry.Http, prefix).NewRunAsync();
        Assert.Equal(id, (await _mlflow.RunAsync(id)).GetProperty("info").Text("run_id"));
    }
}
