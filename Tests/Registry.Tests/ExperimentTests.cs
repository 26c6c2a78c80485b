using System.Net;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class ExperimentTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    [Fact]
    public async Task The_default_experiment_is_there()
    {
        var experiment = (await _mlflow.GetAsync("/experiments/get?experiment_id=0")).GetProperty("experiment");
        Assert.Equal("Default", experiment.Text("name"));
        Assert.Equal("mlflow-artifacts:/0", experiment.Text("artifact_location"));
        Assert.Equal("0", (await _mlflow.GetAsync("/experiments/get-by-name?experiment_name=Default")).GetProperty("experiment")
            .Text("experiment_id"));
    }

    [Fact]
    public async Task Names_are_unique_even_among_the_deleted()
    {
        var name = $"unique ü {Guid.NewGuid():N}";
        var id = (await _mlflow.PostAsync("/experiments/create", new { name, tags = new[] { new { key = "k", value = "v" } } }))
            .Text("experiment_id");
        var experiment = (await _mlflow.GetAsync($"/experiments/get?experiment_id={id}")).GetProperty("experiment");
        Assert.Equal((name, "active", $"mlflow-artifacts:/{id}", "v"),
            (experiment.Text("name"), experiment.Text("lifecycle_stage"), experiment.Text("artifact_location"),
            experiment.Pairs("tags")["k"]));
        Assert.Contains("already exists", await _mlflow.FailsAsync("/experiments/create", new { name }, "RESOURCE_ALREADY_EXISTS"),
            StringComparison.Ordinal);
        await _mlflow.PostAsync("/experiments/delete", new { experiment_id = id });
        Assert.Contains("already exists in deleted state",
            await _mlflow.FailsAsync("/experiments/create", new { name }, "RESOURCE_ALREADY_EXISTS"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_an_experiment_deletes_its_runs_and_restoring_brings_them_back()
    {
        var id = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(id);
        await _mlflow.PostAsync("/experiments/delete", new { experiment_id = id });
        Assert.Equal("deleted", (await _mlflow.RunAsync(run)).GetProperty("info").Text("lifecycle_stage"));
        Assert.Contains("must be in the 'active' state", await _mlflow.FailsAsync("/runs/create", new { experiment_id = id }),
            StringComparison.Ordinal);
        await _mlflow.FailsAsync("/experiments/delete", new { experiment_id = id }, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        await _mlflow.PostAsync("/experiments/restore", new { experiment_id = id });
        Assert.Equal("active", (await _mlflow.RunAsync(run)).GetProperty("info").Text("lifecycle_stage"));
    }

    [Fact]
    public async Task Runs_are_renamed_and_tagged()
    {
        var id = await _mlflow.NewExperimentAsync();
        var name = $"renamed-{id}";
        await _mlflow.PostAsync("/experiments/update", new { experiment_id = id, new_name = name });
        await _mlflow.PostAsync("/experiments/set-experiment-tag", new { experiment_id = id, key = "team", value = "a\nb" });
        var experiment = (await _mlflow.GetAsync($"/experiments/get-by-name?experiment_name={name}")).GetProperty("experiment");
        Assert.Equal((id, "a\nb"), (experiment.Text("experiment_id"), experiment.Pairs("tags")["team"]));
        await _mlflow.PostAsync("/experiments/delete-experiment-tag", new { experiment_id = id, key = "team" });
        Assert.Empty((await _mlflow.GetAsync($"/experiments/get?experiment_id={id}")).GetProperty("experiment").List("tags"));
        await _mlflow.FailsAsync("/experiments/update", new { experiment_id = id, new_name = "Default" }, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task Search_filters_orders_and_pages()
    {
        var mark = Guid.NewGuid().ToString("N");
        var ids = new List<string>();
        foreach (var (suffix, value) in new[] { ("a", "value"), ("ab", "vaLue"), ("Abc", "") })
            ids.Add((await _mlflow.PostAsync("/experiments/create",
                new { name = mark + suffix, tags = value.Length == 0 ? [] : new[] { new { key = "key", value } } })).Text("experiment_id"));

        Assert.Equal(["Abc", "ab", "a"], await NamesAsync($"name LIKE '{mark}%'"));
        Assert.Equal(["a"], await NamesAsync($"name LIKE '{mark}%' AND tag.key = 'value'"));
        Assert.Equal(["ab"], await NamesAsync($"name LIKE '{mark}%' AND tags.key != 'value'"));
        Assert.Equal(["ab", "a"], await NamesAsync($"attribute.name LIKE '{mark}%' AND tag.key ILIKE '%ALU%'"));
        Assert.Equal(["ab", "a", "Abc"], await NamesAsync($"name LIKE '{mark}%'", "name DESC"));
        Assert.Equal(["Abc", "a", "ab"], await NamesAsync($"name LIKE '{mark}%'", "name ASC"));

        var first = await _mlflow.PostAsync("/experiments/search", new { max_results = 2, filter = $"name LIKE '{mark}%'" });
        var second = await _mlflow.GetAsync($"/experiments/search?max_results=2&filter={Uri.EscapeDataString($"name LIKE '{mark}%'")}&page_token={Uri.EscapeDataString(first.Text("next_page_token"))}");
        Assert.Equal([ids[2], ids[1], ids[0]], first.List("experiments").Concat(second.List("experiments"))
            .Select(e => e.Text("experiment_id")));
        await _mlflow.FailsAsync("/experiments/search", new { });

        async Task<List<string>> NamesAsync(string filter, params string[] order) =>
            [.. (await _mlflow.PostAsync("/experiments/search", new { max_results = 100, filter, order_by = order })).List("experiments")
                .Select(e => e.Text("name")[mark.Length..])];
    }

    [Theory]
    [InlineData("""{"name": 12}""", "Invalid value 12 for parameter 'name' supplied")]
    [InlineData("""{}""", "Missing value for required parameter 'name'")]
    [InlineData("""{"name": "x", "tags": "5"}""", "Invalid value \"5\" for parameter 'tags' supplied")]
    [InlineData("""{"name": "x", "artifact_location": "runs:/abc"}""", "Artifact location cannot be a runs:/ URI")]
    [InlineData("""{"name": "x", "artifact_location": "http://host/a#b"}""", "'artifact_location' URL can't include fragments or params.")]
    [InlineData("""{"name": "x", "artifact_location": "http://host/a?b=../c"}""", "Invalid query string")]
    [InlineData("""{"name": "x", "artifact_location": "mlflow-artifacts:/../x"}""", "Invalid path")]
    [InlineData("""{"name": "x", "artifact_location": 9.0}""", "Invalid value 9.0 for parameter 'artifact_location'")]
    public async Task Bad_experiments_are_refused(string body, string expected) =>
        Assert.Contains(expected, await _mlflow.FailsAsync("/experiments/create", body), StringComparison.Ordinal);

    [Fact]
    public async Task Sixteen_clients_with_one_name_create_one_experiment()
    {
        var name = $"race-{Guid.NewGuid():N}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => _mlflow.RawAsync(HttpMethod.Post, "/experiments/create", new { name })));
        Assert.Single(answers, a => a.IsSuccessStatusCode);
        foreach (var lost in answers.Where(a => !a.IsSuccessStatusCode)) await MlflowWire.FailedAsync(lost, "RESOURCE_ALREADY_EXISTS",
            HttpStatusCode.BadRequest);
    }
}
