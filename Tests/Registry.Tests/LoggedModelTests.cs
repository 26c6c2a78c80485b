using System.Net;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class LoggedModelTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    private async Task<JsonElement> NewAsync(string experiment, string? name = null, object? tags = null, object? values = null,
        string? run = null) =>
        (await _mlflow.PostAsync("/logged-models", new
        {
            experiment_id = experiment,
            name,
            model_type = "classifier",
            source_run_id = run,
            tags,
            @params = values,
        })).GetProperty("model");

    private async Task<string> NewIdAsync(string experiment, string? name = null, object? tags = null, object? values = null) =>
        (await NewAsync(experiment, name, tags, values)).GetProperty("info").Text("model_id");

    private async Task<JsonElement> GetAsync(string id) => (await _mlflow.GetAsync($"/logged-models/{id}")).GetProperty("model");

    private async Task<List<string>> FindAsync(string experiment, object search)
    {
        var body = JsonSerializer.SerializeToNode(search)!.AsObject();
        body["experiment_ids"] = new System.Text.Json.Nodes.JsonArray(experiment);
        return [.. (await _mlflow.PostAsync("/logged-models/search", body)).List("models").Select(m => m.GetProperty("info").Text("name"))];
    }

    private static object Metric(string key, double value, string model, string dataset = "", string digest = "", long timestamp = 1) =>
        new { key, value, timestamp, step = 3, model_id = model, dataset_name = dataset, dataset_digest = digest };

    [Fact]
    public async Task A_logged_model_is_created_updated_and_deleted()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(experiment);
        var made = await NewAsync(experiment, "petals", new[] { new { key = "team", value = "botany" } },
            new[] { new { key = "depth", value = "7" } }, run);
        var info = made.GetProperty("info");
        var id = info.Text("model_id");
        Assert.Matches("^m-[0-9a-f]{32}$", id);
        Assert.Equal((experiment, "petals", "classifier", run, "LOGGED_MODEL_PENDING"), (info.Text("experiment_id"), info.Text("name"),
            info.Text("model_type"), info.Text("source_run_id"), info.Text("status")));
        Assert.Equal($"mlflow-artifacts:/{experiment}/models/{id}/artifacts", info.Text("artifact_uri"));
        Assert.True(info.GetProperty("creation_timestamp_ms").GetInt64() > 1_700_000_000_000);
        Assert.Equal("7", made.GetProperty("data").Pairs("params")["depth"]);

        var ready = (await _mlflow.SendAsync(HttpMethod.Patch, $"/logged-models/{id}",
            new { model_id = id, status = "LOGGED_MODEL_READY" })).GetProperty("model").GetProperty("info");
        Assert.Equal("LOGGED_MODEL_READY", ready.Text("status"));
        await _mlflow.SendAsync(HttpMethod.Patch, $"/logged-models/{id}/tags",
            new { tags = new[] { new { key = "team", value = "zoology" }, new { key = "a/b c", value = "x" } } });
        await _mlflow.PostAsync($"/logged-models/{id}/params", new { @params = new[] { new { key = "width", value = "3" } } });
        var full = await GetAsync(id);
        Assert.Equal([("a/b c", "x"), ("team", "zoology")], full.GetProperty("info").Pairs("tags").Select(t => (t.Key, t.Value)));
        Assert.Equal(["depth", "width"], full.GetProperty("data").Pairs("params").Keys);

        await _mlflow.SendAsync(HttpMethod.Delete, $"/logged-models/{id}/tags/a%2Fb%20c", new { });
        Assert.Contains("No tag with key", await _mlflow.FailsAsync($"/logged-models/{id}/tags/a/b c", new { }, "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound, HttpMethod.Delete), StringComparison.Ordinal);
        await _mlflow.SendAsync(HttpMethod.Delete, $"/logged-models/{id}", new { model_id = id });
        Assert.Contains("not found", await _mlflow.GetFailsAsync($"/logged-models/{id}", "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound), StringComparison.Ordinal);
        Assert.Empty(await FindAsync(experiment, new { }));
    }

    [Fact]
    public async Task A_name_is_generated_and_invalid_ones_are_rejected()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        Assert.NotEmpty((await NewAsync(experiment)).GetProperty("info").Text("name"));
        foreach (var name in new[] { "", "my/model", "my.model", "my:model", "my%model", "my'model", "my\"model" })
            Assert.Contains("Invalid model name", await _mlflow.FailsAsync("/logged-models", new { experiment_id = experiment, name }),
                StringComparison.Ordinal);
        await _mlflow.FailsAsync("/logged-models", new { experiment_id = "987654321" }, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        var id = await NewIdAsync(experiment, values: new[] { new { key = "lr", value = "1" } });
        Assert.Contains("Changing param values", await _mlflow.FailsAsync($"/logged-models/{id}/params",
            new { @params = new[] { new { key = "lr", value = "2" } } }), StringComparison.Ordinal);
        Assert.Contains("LOGGED_MODEL_READY", await _mlflow.FailsAsync($"/logged-models/{id}", new { status = "DONE" },
            method: HttpMethod.Patch), StringComparison.Ordinal);
        await _mlflow.PostAsync("/experiments/delete", new { experiment_id = experiment });
        Assert.Contains("must be in the 'active' state", await _mlflow.FailsAsync("/logged-models", new { experiment_id = experiment }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_that_name_a_model_belong_to_the_run_and_to_the_model()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(experiment);
        var id = await NewIdAsync(experiment);
        var batch = new { run_id = run, metrics = new[] { Metric("accuracy", 0.75, id, "flowers", "d1") } };
        await _mlflow.PostAsync("/runs/log-batch", batch);
        await _mlflow.PostAsync("/runs/log-batch", batch);
        await _mlflow.PostAsync("/runs/log-metric", new { run_id = run, key = "loss", value = "NaN", timestamp = 5, model_id = id });

        var metrics = (await GetAsync(id)).GetProperty("data").List("metrics");
        Assert.Equal(["accuracy", "loss"], metrics.Select(m => m.Text("key")));
        Assert.Equal((0.75, 1L, 3L, "flowers", "d1", id, run), (metrics[0].GetProperty("value").GetDouble(),
            metrics[0].GetProperty("timestamp").GetInt64(), metrics[0].GetProperty("step").GetInt64(), metrics[0].Text("dataset_name"),
            metrics[0].Text("dataset_digest"), metrics[0].Text("model_id"), metrics[0].Text("run_id")));
        Assert.Equal("NaN", metrics[1].Text("value"));
        Assert.Equal(2, (await _mlflow.RunAsync(run)).GetProperty("data").List("metrics").Count);

        await _mlflow.FailsAsync("/runs/log-metric", new { run_id = run, key = "lost", value = 1, timestamp = 5, model_id = "m-0" },
            "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        Assert.Equal(2, (await _mlflow.RunAsync(run)).GetProperty("data").List("metrics").Count);
        await _mlflow.PostAsync("/runs/delete", new { run_id = run });
        Assert.Equal(2, (await GetAsync(id)).GetProperty("data").List("metrics").Count);
    }

    [Fact]
    public async Task Filters_select_runs()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        await NewIdAsync(experiment, "a", tags: new[] { new { key = "tag 3", value = "x" } });
        await NewIdAsync(experiment, "b", values: new[] { new { key = "lr", value = "0.1" } });
        var c = await NewIdAsync(experiment, "c");
        var run = await _mlflow.NewRunAsync(experiment);
        await _mlflow.PostAsync("/runs/log-batch", new { run_id = run, metrics = new[] { Metric("acc", 0.5, c, "test", "d1") } });
        await _mlflow.SendAsync(HttpMethod.Patch, $"/logged-models/{c}", new { status = "LOGGED_MODEL_READY" });
        foreach (var (filter, expected) in new[]
        {
            ("name = 'a'", "a"), ("attributes.name LIKE 'a%'", "a"), ("name IN ('a',)", "a"), ("name NOT IN ('a', 'b')", "c"),
            ("creation_timestamp > 0", "cba"), ("creation_timestamp_ms = 0", ""), ("params.lr = '0.1'", "b"), ("tags.`tag 3` = 'x'", "a"),
            ("metrics.acc >= 0.5", "c"), ("metrics.acc > 0.5", ""), ("metrics.acc IS NULL", "ba"), ("status = 'READY'", "c"),
            ("model_type = 'classifier' AND NOT (name = 'a' OR metrics.acc < 1)", "b"), ("source_run_id IS NULL", "cba"),
        }) Assert.Equal((filter, expected), (filter, string.Concat(await FindAsync(experiment, new { filter }))));
        foreach (var (datasets, expected) in new[] { ("test", "c"), ("train", "") })
            Assert.Equal(expected, string.Concat(await FindAsync(experiment, new { datasets = new[] { new { dataset_name = datasets } } })));
        Assert.Empty(await FindAsync(experiment,
            new { filter = "metrics.acc > 0", datasets = new[] { new { dataset_name = "test", dataset_digest = "other" } } }));
        foreach (var (filter, message) in new[] { ("Foo", "Invalid filter string"), ("foo.bar = 'a'", "Invalid entity type"),
            ("name > 'foo'", "Invalid comparison operator"), ("metrics.foo LIKE 0", "Invalid comparison operator"),
            ("colour = 'red'", "Invalid attribute key") })
            Assert.Contains(message, await _mlflow.FailsAsync("/logged-models/search", new { experiment_ids = new[] { experiment }, filter }),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_go_by_attributes_and_by_the_latest_metric_on_a_dataset()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var (a, b) = (await NewIdAsync(experiment, "a"), await NewIdAsync(experiment, "b"));
        var run = await _mlflow.NewRunAsync(experiment);
        await _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { Metric("acc", 0.1, a, "one", "1", 1), Metric("acc", 0.9, a, "one", "1", 2), Metric("acc", 0.2, a, "two", "2", 3),
                Metric("acc", 0.8, b, "one", "1", 4), Metric("acc", 0.9, b, "two", "2", 5), Metric("only", 1, a) },
        });
        Assert.Equal(["b", "a"], await FindAsync(experiment, new { }));
        Assert.Equal(["a", "b"], await OrderAsync(new { field_name = "creation_time", ascending = true }));
        Assert.Equal(["b", "a"], await OrderAsync(new { field_name = "name", ascending = false }));
        Assert.Equal(["a", "b"], await OrderAsync(new { field_name = "metrics.acc" }));
        Assert.Equal(["b", "a"], await OrderAsync(new { field_name = "metrics.acc", dataset_name = "one", dataset_digest = "1" }));
        Assert.Equal(["a", "b"], await OrderAsync(new { field_name = "metrics.acc", dataset_digest = "2" }));
        foreach (var ascending in new[] { true, false })
            Assert.Equal(["a", "b"], await OrderAsync(new { field_name = "metrics.only", ascending }));
        Assert.Contains("Invalid order by field name", await _mlflow.FailsAsync("/logged-models/search",
            new { experiment_ids = new[] { experiment }, order_by = new[] { new { field_name = "params.x" } } }), StringComparison.Ordinal);

        Task<List<string>> OrderAsync(object order) => FindAsync(experiment, new { order_by = new[] { order } });
    }

    [Fact]
    public async Task A_page_token_is_valid_for_its_search_only()
    {
        var (experiment, other) = (await _mlflow.NewExperimentAsync(), await _mlflow.NewExperimentAsync());
        foreach (var name in new[] { "a", "b", "c" }) await NewIdAsync(experiment, name);
        var first = await _mlflow.PostAsync("/logged-models/search", new { experiment_ids = new[] { experiment }, max_results = 2 });
        var token = first.Text("next_page_token");
        Assert.Equal(["a"], await FindAsync(experiment, new { page_token = token }));
        foreach (var (body, message) in new (object, string)[]
        {
            (new { experiment_ids = new[] { other }, page_token = token }, "Experiment IDs in the page token do not match"),
            (new { experiment_ids = new[] { experiment }, page_token = token, filter = "name = 'a'" }, "Filter string in the page token does not match"),
            (new { experiment_ids = new[] { experiment }, page_token = token, order_by = new[] { new { field_name = "name" } } }, "Order by in the page token does not match"),
            (new { experiment_ids = new[] { experiment }, page_token = "%%" }, "Invalid page token"),
        }) Assert.Contains(message, await _mlflow.FailsAsync("/logged-models/search", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logged_models_files_are_listed_and_registered_and_it_lists_its_versions()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(experiment);
        var info = (await NewAsync(experiment, run: run)).GetProperty("info");
        var (id, root) = (info.Text("model_id"), info.Text("artifact_uri"));
        var proxy = $"/api/2.0/mlflow-artifacts/artifacts/{root["mlflow-artifacts:/".Length..]}";
        (await registry.Http.PutAsync($"{proxy}/MLmodel", new ByteArrayContent("flavors: {}"u8.ToArray()))).EnsureSuccessStatusCode();
        (await registry.Http.PutAsync($"{proxy}/data/x", new ByteArrayContent("x"u8.ToArray()))).EnsureSuccessStatusCode();
        var listed = await _mlflow.GetAsync($"/logged-models/{id}/artifacts/directories");
        Assert.Equal(root, listed.Text("root_uri"));
        Assert.Equal(["MLmodel", "data"], listed.List("files").Select(f => f.Text("path")));
        Assert.Equal(["data/x"], (await _mlflow.GetAsync($"/logged-models/{id}/artifacts/directories?artifact_directory_path=data"))
            .List("files").Select(f => f.Text("path")));
        Assert.Equal("x", await registry.Http.GetStringAsync($"/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files?artifact_file_path=data/x"));

        var name = $"model-{Guid.NewGuid():N}";
        await _mlflow.PostAsync("/registered-models/create", new { name });
        foreach (var source in new[] { $"models:/{id}", root })
        {
            var version = (await _mlflow.PostAsync("/model-versions/create", new { name, source, model_id = id })).GetProperty("model_version");
            Assert.Equal((id, source), (version.Text("model_id"), version.Text("source")));
            Assert.Equal(root, (await _mlflow.GetAsync($"/model-versions/get-download-uri?name={name}&version={version.Text("version")}"))
                .Text("artifact_uri"));
        }
        Assert.Equal(run, (await _mlflow.GetAsync($"/model-versions/get?name={name}&version=1")).GetProperty("model_version").Text("run_id"));
        // Scripts compare the tag as text, in Python's format.
        Assert.Equal($"[{{\"name\": \"{name}\", \"version\": 1}}, {{\"name\": \"{name}\", \"version\": 2}}]",
            (await GetAsync(id)).GetProperty("info").Pairs("tags")["mlflow.modelVersions"]);
        await _mlflow.FailsAsync("/model-versions/create", new { name, source = "models:/m-0", model_id = "m-0" },
            "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_run_lists_the_models_it_read_and_created()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var (run, id) = (await _mlflow.NewRunAsync(experiment), await NewIdAsync(experiment));
        await _mlflow.PostAsync("/runs/log-inputs", new { run_id = run, models = new[] { new { model_id = id } } });
        await _mlflow.PostAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = id, step = "4" } } });
        var stored = await _mlflow.RunAsync(run);
        Assert.Equal(id, stored.GetProperty("inputs").List("model_inputs").Single().Text("model_id"));
        var output = stored.GetProperty("outputs").List("model_outputs").Single();
        Assert.Equal((id, 4), (output.Text("model_id"), output.GetProperty("step").GetInt32()));
    }
}
