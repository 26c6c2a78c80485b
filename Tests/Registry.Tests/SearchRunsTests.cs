using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class SearchRunsTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    /// <summary>Runs a to e; e has no metrics, d has NaN.</summary>
    private async Task<(string Experiment, Dictionary<string, string> Names)> SampleAsync()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var names = new Dictionary<string, string>();
        foreach (var (name, accuracy, optimizer, team, start) in new[] { ("a", (object)0.5, "adamw", "Roses", 1),
            ("b", 0.9, "sgd", "roses", 2), ("c", 0.7, "adamw", "lilies", 3), ("d", "NaN", "sgd", "100%", 4), ("e", null!, "lion", "", 5) })
        {
            var id = (await _mlflow.PostAsync("/runs/create", new { experiment_id = experiment, run_name = name, start_time = start }))
                .GetProperty("run").GetProperty("info").Text("run_id");
            names[id] = name;
            await _mlflow.PostAsync("/runs/log-batch", new
            {
                run_id = id,
                metrics = accuracy is null ? [] : new[] { new { key = "val acc", value = accuracy, timestamp = 1 } },
                @params = new[] { new { key = "optimizer", value = optimizer } },
                tags = team.Length == 0 ? [] : new[] { new { key = "team", value = team } },
            });
        }
        return (experiment, names);
    }

    private async Task<string> FindAsync(string experiment, Dictionary<string, string> names, string? filter, params string[] orderBy)
    {
        var answer = await _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter, order_by = orderBy });
        return string.Concat(answer.List("runs").Select(r => names[r.GetProperty("info").Text("run_id")]));
    }

    [Fact]
    public async Task Filters_select_runs()
    {
        var (experiment, names) = await SampleAsync();
        var firstId = names.First(n => n.Value == "a").Key;
        foreach (var (filter, expected) in new[]
        {
            ("", "edcba"),
            ("metrics.`val acc` > 0.5", "cb"),
            ("metric.\"val acc\" >= 0.5 AND params.optimizer = 'adamw'", "ca"),
            ("metrics.`val acc` = 0.9", "b"),
            ("metrics.`val acc` != 0.9", "dca"),
            ("metrics.`val acc` < 100", "cba"),
            ("params.optimizer LIKE 'ada%'", "ca"),
            ("parameters.optimizer != 'adamw'", "edb"),
            ("tags.team = 'roses'", "b"),
            ("tag.team ILIKE 'ROSES'", "ba"),
            ("tags.team LIKE 'r_ses'", "b"),
            ("tags.team != 'roses'", "dca"),
            ("tags.team LIKE '%0%'", "d"),
            ("tags.team IS NULL", "e"),
            ("tags.team IS NOT NULL", "dcba"),
            ("metrics.`val acc` IS NULL", "e"),
            ("attributes.run_name = 'c'", "c"),
            ("attributes.`run name` IN ('a', 'e')", "ea"),
            ("tags.`mlflow.runName` = 'c'", "c"),
            ("attributes.start_time >= 4", "ed"),
            ("status = 'RUNNING' and start_time < 2", "a"),
            ($"run_id IN ('{firstId}')", "a"),
            ($"attribute.run_id NOT IN ('{firstId}')", "edcb"),
            ("params.optimizer = 'lion' OR metrics.`val acc` > 0.8", "eb"),
            ("NOT params.optimizer = 'adamw' AND NOT tags.team = 'roses'", "ed"),
            ("(tags.team = 'roses' OR tags.team = 'lilies') AND metrics.`val acc` > 0.8", "b"),
            ("NOT end_time > 5", "edcba"),
        }) Assert.Equal((filter, expected), (filter, await FindAsync(experiment, names, filter)));
    }

    [Fact]
    public async Task Orders_put_missing_values_last_both_ways()
    {
        var (experiment, names) = await SampleAsync();
        Assert.Equal("acbde", await FindAsync(experiment, names, null, "metrics.`val acc` ASC"));
        Assert.Equal("bcade", await FindAsync(experiment, names, null, "metrics.`val acc` DESC"));
        Assert.Equal("caedb", await FindAsync(experiment, names, null, "params.optimizer"));
        Assert.Equal("dacbe", await FindAsync(experiment, names, null, "tags.team"));
        Assert.Equal("bcade", await FindAsync(experiment, names, null, "tags.team DESC"));
        Assert.Equal("abcde", await FindAsync(experiment, names, null, "attributes.start_time ASC"));
        Assert.Equal("abcde", await FindAsync(experiment, names, null, "run_name"));
    }

    [Fact]
    public async Task Runs_are_searched_by_dataset()
    {
        var (experiment, names) = await SampleAsync();
        var id = names.First(n => n.Value == "c").Key;
        await _mlflow.PostAsync("/runs/log-inputs", new
        {
            run_id = id,
            datasets = new[] { new { tags = new[] { new { key = "mlflow.data.context", value = "train" } },
                dataset = new { name = "flowers", digest = "d1", source_type = "local", source = "x" } } },
        });
        Assert.Equal("c", await FindAsync(experiment, names,
            "dataset.name = 'flowers' AND datasets.context LIKE 'tr%' AND dataset.digest IN ('d1', 'd2')"));
        Assert.Equal("", await FindAsync(experiment, names, "dataset.context = 'test'"));
    }

    [Theory]
    [InlineData("metrics.acc > 'high'", "Expected numeric value type for metric")]
    [InlineData("metrics.acc LIKE 'x'", "Invalid comparator 'LIKE'")]
    [InlineData("params.x > 'a'", "Invalid comparator '>'")]
    [InlineData("params.x = 1", "Expected a quoted string value")]
    [InlineData("attributes.start_time = 'now'", "Expected numeric value type for numeric attribute")]
    [InlineData("attributes.colour = 'red'", "Invalid attribute key 'colour'")]
    [InlineData("weights.x = 1", "Invalid entity type 'weights'")]
    [InlineData("dataset.size = 'x'", "Invalid dataset key 'size'")]
    [InlineData("metrics.acc >> 1", "Invalid clause(s) in filter string")]
    public async Task Bad_filters_are_refused(string filter, string expected) =>
        Assert.Contains(expected, await _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { "0" }, filter }),
            StringComparison.Ordinal);

    [Fact]
    public async Task Pages_continue_across_several_experiments()
    {
        var (one, two) = (await _mlflow.NewExperimentAsync(), await _mlflow.NewExperimentAsync());
        var ids = new List<string>();
        for (var i = 0; i < 10; i++) ids.Add(await _mlflow.NewRunAsync(i % 2 == 0 ? one : two));
        ids.Sort(StringComparer.Ordinal);
        var found = new List<string>();
        string? token = null;
        do
        {
            var page = await _mlflow.PostAsync("/runs/search",
                new { experiment_ids = new[] { one, two }, max_results = 4, page_token = token });
            found.AddRange(page.List("runs").Select(r => r.GetProperty("info").Text("run_id")));
            token = page.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        Assert.Equal(ids, found);
        Assert.Contains("page token", await _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { one }, page_token = "%%%" }),
            StringComparison.Ordinal);
        Assert.Contains("Invalid value 123456789 for parameter 'max_results' supplied",
            await _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { one }, max_results = 123456789 }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Minimum_and_maximum_are_returned_with_the_latest_value_and_can_be_searched()
    {
        var (experiment, names) = await SampleAsync();
        var ids = names.ToDictionary(n => n.Value, n => n.Key);
        await LogAsync(ids["a"], (0.99, 2), (0.1, 3), (0.1, 4), ("NaN", 5), (0.3, 6));
        await LogAsync(ids["a"], (0.99, 1), (0.2, 7));
        var run = (await _mlflow.PostAsync("/runs/search", new
        {
            experiment_ids = new[] { experiment },
            filter = "run_name = 'a'",
            include_extremes = true
        })).List("runs").Single();
        var metric = run.GetProperty("data").List("metrics").Single();
        Assert.Equal((0.2, 7, 0.1, 3, 0.99, 1), (metric.GetProperty("value").GetDouble(), metric.GetProperty("step").GetInt32(),
            metric.GetProperty("min").GetDouble(), metric.GetProperty("min_step").GetInt32(), metric.GetProperty("max").GetDouble(),
            metric.GetProperty("max_step").GetInt32()));
        Assert.Equal(metric.ToString(), (await _mlflow.GetAsync($"/runs/get?run_id={ids["a"]}&include_extremes=true")).GetProperty("run")
            .GetProperty("data").List("metrics").Single().ToString());
        Assert.False((await _mlflow.RunAsync(ids["a"])).GetProperty("data").List("metrics").Single().Has("min"));

        Assert.Equal("a", await FindAsync(experiment, names, "max_metrics.`val acc` > 0.9"));
        Assert.Equal("ca", await FindAsync(experiment, names, "min_metrics.`val acc` < 0.8"));
        Assert.Equal("abced", await FindAsync(experiment, names, null, "max_metrics.`val acc` DESC"));
        Assert.Equal("acbed", await FindAsync(experiment, names, null, "min_metrics.`val acc`"));

        Task LogAsync(string id, params (object Value, int Step)[] points) => _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = id,
            metrics = points.Select(p => new { key = "val acc", value = p.Value, timestamp = 5, step = p.Step }),
        });
    }

    [Fact]
    public async Task Fields_select_the_returned_data()
    {
        var id = await _mlflow.NewRunAsync();
        var experiment = (await _mlflow.RunAsync(id)).GetProperty("info").Text("experiment_id");
        await _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = id,
            metrics = new[] { "loss", "val.loss", "val.acc" }.Select(key => new { key, value = 1, timestamp = 1 }),
            @params = new[] { "lr", "model.name", "model.size" }.Select(key => new { key, value = "1" }),
            tags = new[] { new { key = "größe x", value = "1" } },
        });
        foreach (var (fields, expected) in new (string[], string)[]
        {
            (["metrics.loss", "params.*"], "loss|lr,model.name,model.size|"),
            (["metrics.val.*", "params.model.name"], "val.acc,val.loss|model.name|"),
            (["metrics", "tags.`größe x`"], "loss,val.acc,val.loss||größe x"),
            (["tags.größ*", "params.missing"], "||größe x"),
            ([], "||"),
        })
        {
            var run = (await _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment }, fields })).List("runs").Single();
            Assert.Equal(id, run.GetProperty("info").Text("run_id"));
            Assert.Equal(expected, string.Join('|', new[] { "metrics", "params", "tags" }
                .Select(list => string.Join(',', run.GetProperty("data").List(list).Select(p => p.Text("key"))))));
        }
        foreach (var field in new[] { "loss", "datasets.x", "metrics.", ".x" })
            await _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { experiment }, fields = new[] { field } });
    }

    [Fact]
    public async Task The_total_counts_all_pages()
    {
        var (experiment, _) = await SampleAsync();
        var page = await _mlflow.PostAsync("/runs/search", new
        {
            experiment_ids = new[] { experiment },
            max_results = 2,
            filter = "params.optimizer IN ('sgd', 'adamw')",
            include_total = true
        });
        Assert.Equal((2, 4), (page.List("runs").Count, page.GetProperty("total_count").GetInt32()));
        Assert.False((await _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment } })).Has("total_count"));
    }

    [Fact]
    public async Task An_offset_opens_any_page_by_its_number()
    {
        var (experiment, _) = await SampleAsync();
        async Task<string[]> Page(object query) => [.. (await _mlflow.PostAsync("/runs/search", query)).List("runs").Select(r => r.GetProperty("info").Text("run_id"))];
        var all = await Page(new { experiment_ids = new[] { experiment } });
        Assert.Equal(all[1..3], await Page(new { experiment_ids = new[] { experiment }, max_results = 2, offset = 1 }));
        Assert.Empty(await Page(new { experiment_ids = new[] { experiment }, offset = all.Length }));
        await _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { experiment }, offset = -1 });
    }

    [Fact]
    public async Task View_types_select_active_or_deleted_runs()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var (kept, gone) = (await _mlflow.NewRunAsync(experiment), await _mlflow.NewRunAsync(experiment));
        await _mlflow.PostAsync("/runs/delete", new { run_id = gone });
        foreach (var (view, count, has) in new[] { ("ACTIVE_ONLY", 1, kept), ("DELETED_ONLY", 1, gone), ("ALL", 2, kept) })
        {
            var runs = (await _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment }, run_view_type = view }))
                .List("runs");
            Assert.Equal(count, runs.Count);
            Assert.Contains(has, runs.Select(r => r.GetProperty("info").Text("run_id")));
        }
    }
}
