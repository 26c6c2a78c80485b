using System.Net;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

public class RegisteredModelTests(RegistryFixture registry)
{
    private readonly MlflowWire _mlflow = new(registry.Http);

    private async Task<string> NewModelAsync(int versions = 0)
    {
        var name = $"model-{Guid.NewGuid():N}";
        await _mlflow.PostAsync("/registered-models/create", new { name });
        for (var i = 0; i < versions; i++) await NewVersionAsync(name);
        return name;
    }

    private async Task<string> NewVersionAsync(string name, string source = "s3://bucket/model") =>
        (await _mlflow.PostAsync("/model-versions/create", new { name, source })).GetProperty("model_version").Text("version");

    private async Task<JsonElement> ModelAsync(string name) =>
        (await _mlflow.GetAsync($"/registered-models/get?name={name}")).GetProperty("registered_model");

    private async Task<JsonElement> VersionAsync(string name, string version) =>
        (await _mlflow.GetAsync($"/model-versions/get?name={name}&version={version}")).GetProperty("model_version");

    [Fact]
    public async Task A_model_is_created_updated_and_deleted()
    {
        var name = $"flowers {Guid.NewGuid():N}";
        var made = (await _mlflow.PostAsync("/registered-models/create",
            new { name, description = "petals", tags = new[] { new { key = "k", value = "v" } } })).GetProperty("registered_model");
        Assert.Equal((name, "petals", "v"), (made.Text("name"), made.Text("description"), made.Pairs("tags")["k"]));
        Assert.True(made.GetProperty("creation_timestamp").GetInt64() > 1_700_000_000_000);
        Assert.Contains("already exists", await _mlflow.FailsAsync("/registered-models/create", new { name }, "RESOURCE_ALREADY_EXISTS"),
            StringComparison.Ordinal);

        await _mlflow.SendAsync(HttpMethod.Patch, "/registered-models/update", new { name, description = "sepals" });
        await _mlflow.PostAsync("/registered-models/set-tag", new { name, key = "k", value = "w" });
        await _mlflow.PostAsync("/registered-models/rename", new { name, new_name = name + "2" });
        var renamed = await ModelAsync(name + "2");
        Assert.Equal(("sepals", "w"), (renamed.Text("description"), renamed.Pairs("tags")["k"]));
        await _mlflow.GetFailsAsync($"/registered-models/get?name={name}", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);

        await _mlflow.SendAsync(HttpMethod.Delete, "/registered-models/delete-tag", new { name = name + "2", key = "k" });
        await _mlflow.SendAsync(HttpMethod.Delete, "/registered-models/delete", new { name = name + "2" });
        await _mlflow.FailsAsync("/registered-models/delete", new { name = name + "2" }, "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound,
            HttpMethod.Delete);
        await _mlflow.FailsAsync("/registered-models/create", new { name = "" });
    }

    [Fact]
    public async Task Version_numbers_are_never_reused()
    {
        var name = await NewModelAsync(versions: 3);
        await _mlflow.SendAsync(HttpMethod.Delete, "/model-versions/delete", new { name, version = "3" });
        Assert.Equal("4", await NewVersionAsync(name));
        await _mlflow.GetFailsAsync($"/model-versions/get?name={name}&version=3", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
        await _mlflow.FailsAsync("/model-versions/create", new { name = "no such model", source = "s3://x/y" }, "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sixteen_clients_get_sixteen_numbers()
    {
        var name = await NewModelAsync();
        var numbers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => NewVersionAsync(name)));
        Assert.Equal(Enumerable.Range(1, 16), numbers.Select(int.Parse).Order());
    }

    [Fact]
    public async Task A_version_has_the_shape_clients_expect()
    {
        var name = await NewModelAsync();
        var run = await _mlflow.NewRunAsync();
        var made = (await _mlflow.PostAsync("/model-versions/create",
            new
            {
                name,
                source = "dbfs:/x/model",
                run_id = run,
                run_link = "http://link",
                description = "d",
                tags = new[] { new { key = "t", value = "1" } }
            })).GetProperty("model_version");
        Assert.Equal((name, "1", "None", "READY", run, "dbfs:/x/model"),
            (made.Text("name"), made.Text("version"), made.Text("current_stage"), made.Text("status"), made.Text("run_id"),
            made.Text("source")));
        Assert.Equal(("http://link", "d", "1"), (made.Text("run_link"), made.Text("description"), made.Pairs("tags")["t"]));
        Assert.Equal("dbfs:/x/model", (await _mlflow.GetAsync($"/model-versions/get-download-uri?name={name}&version=1"))
            .Text("artifact_uri"));
        await _mlflow.SendAsync(HttpMethod.Patch, "/model-versions/update", new { name, version = "1", description = "better" });
        await _mlflow.PostAsync("/model-versions/set-tag", new { name, version = "1", key = "t", value = "2" });
        await _mlflow.PostAsync("/model-versions/set-tag", new { name, version = "1", key = "u", value = "3" });
        await _mlflow.SendAsync(HttpMethod.Delete, "/model-versions/delete-tag", new { name, version = "1", key = "u" });
        var version = await VersionAsync(name, "1");
        Assert.Equal("better", version.Text("description"));
        Assert.Equal([KeyValuePair.Create("t", "2")], version.Pairs("tags"));
    }

    [Fact]
    public async Task Aliases_follow_their_rules()
    {
        var name = await NewModelAsync(versions: 2);
        await _mlflow.PostAsync("/registered-models/alias", new { name, alias = "Champion", version = "1" });
        await _mlflow.PostAsync("/registered-models/alias", new { name, alias = "challenger", version = "1" });
        Assert.Equal(["challenger", "Champion"], (await VersionAsync(name, "1")).List("aliases").Select(a => a.GetString()));
        await _mlflow.PostAsync("/registered-models/alias", new { name, alias = "champion", version = "2" });
        Assert.Equal("2", (await _mlflow.GetAsync($"/registered-models/alias?name={name}&alias=CHAMPION")).GetProperty("model_version")
            .Text("version"));
        Assert.Equal([("challenger", "1"), ("champion", "2")], (await ModelAsync(name)).List("aliases")
            .Select(a => (a.Text("alias"), a.Text("version"))));

        await _mlflow.SendAsync(HttpMethod.Delete, "/model-versions/delete", new { name, version = "2" });
        Assert.Equal(["challenger"], (await ModelAsync(name)).List("aliases").Select(a => a.Text("alias")));
        Assert.Contains("not found", await _mlflow.GetFailsAsync($"/registered-models/alias?name={name}&alias=champion"),
            StringComparison.Ordinal);
        await _mlflow.SendAsync(HttpMethod.Delete, "/registered-models/alias", new { name, alias = "challenger" });
        Assert.Empty((await ModelAsync(name)).List("aliases"));

        foreach (var alias in new[] { "latest", "Latest", "v3", "V12", "a b", "a/b",
            "" }) await _mlflow.FailsAsync("/registered-models/alias", new { name, alias, version = "1" });
        await _mlflow.FailsAsync("/registered-models/alias", new { name, alias = "x", version = "9" }, "RESOURCE_DOES_NOT_EXIST",
            HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Stages_move_and_archive()
    {
        var name = await NewModelAsync(versions: 3);
        foreach (var version in new[] { "1", "2" }) await _mlflow.PostAsync("/model-versions/transition-stage",
            new { name, version, stage = "production", archive_existing_versions = true });
        Assert.Equal(["Archived", "Production", "None"],
            new[] { await VersionAsync(name, "1"), await VersionAsync(name, "2"), await VersionAsync(name, "3") }.Select(v =>
            v.Text("current_stage")));
        Assert.Equal(["2"], (await _mlflow.GetAsync($"/registered-models/get-latest-versions?name={name}&stages=Production"))
            .List("model_versions").Select(v => v.Text("version")));
        Assert.Equal(["1", "2", "3"], (await _mlflow.PostAsync("/registered-models/get-latest-versions", new { name }))
            .List("model_versions").Select(v => v.Text("version")));
        Assert.Equal((await VersionAsync(name, "2")).GetProperty("last_updated_timestamp").GetInt64(),
            (await VersionAsync(name, "1")).GetProperty("last_updated_timestamp").GetInt64());
        Assert.Contains("cannot archive existing model versions because 'Archived' is not an Active stage",
            await _mlflow.FailsAsync("/model-versions/transition-stage",
            new { name, version = "3", stage = "Archived", archive_existing_versions = true }), StringComparison.Ordinal);
        await _mlflow.PostAsync("/model-versions/transition-stage", new { name, version = "3", stage = "Archived" });
        Assert.Contains("Invalid Model Version stage",
            await _mlflow.FailsAsync("/model-versions/transition-stage", new { name, version = "1", stage = "Shelved" }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("model")]
    [InlineData("./model")]
    [InlineData("C:\\models")]
    [InlineData("s3://bucket/../other")]
    [InlineData("mlflow-artifacts:/0/run/%2e%2e/other")]
    [InlineData("https://host/a?path=../../secret")]
    public async Task Sources_that_could_read_the_servers_files_are_rejected(string source) =>
        Assert.Contains("Invalid model version source",
            await _mlflow.FailsAsync("/model-versions/create", new { name = await NewModelAsync(), source }), StringComparison.Ordinal);

    [Fact]
    public async Task A_version_in_the_Registrys_store_lists_and_serves_its_files()
    {
        var name = await NewModelAsync();
        var run = await _mlflow.NewRunAsync();
        var root = (await _mlflow.RunAsync(run)).GetProperty("info").Text("artifact_uri");
        var proxy = $"/api/2.0/mlflow-artifacts/artifacts/{root["mlflow-artifacts:/".Length..]}";
        (await registry.Http.PutAsync($"{proxy}/model/MLmodel", new ByteArrayContent("flavors: {}"u8.ToArray()))).EnsureSuccessStatusCode();
        await _mlflow.PostAsync("/model-versions/create", new { name, source = $"{root}/model", run_id = run });
        Assert.Equal($"{root}/model", (await _mlflow.GetAsync($"/model-versions/get-download-uri?name={name}&version=1"))
            .Text("artifact_uri"));
        Assert.Equal("flavors: {}", await registry.Http.GetStringAsync($"/model-versions/get-artifact?name={name}&version=1&path=MLmodel"));
        Assert.Equal("flavors: {}", await registry.Http.GetStringAsync($"{registry.Server.Address}/model-versions/get-artifact?name={name}&version=1&path=MLmodel"));

        await _mlflow.PostAsync("/model-versions/create", new { name, source = $"models:/{name}/1" });
        Assert.Equal($"{root}/model", (await _mlflow.GetAsync($"/model-versions/get-download-uri?name={name}&version=2"))
            .Text("artifact_uri"));
    }

    /// <summary>The requests of <c>mlflow.register_prompt</c>.</summary>
    [Fact]
    public async Task Prompts_are_stored_with_models_and_excluded_from_their_searches()
    {
        var mark = Guid.NewGuid().ToString("N");
        var isPrompt = new { key = "mlflow.prompt.is_prompt", value = "true" };
        await _mlflow.PostAsync("/registered-models/create", new { name = mark + "model" });
        await _mlflow.PostAsync("/registered-models/create", new { name = mark + "prompt", tags = new[] { isPrompt } });
        await NewVersionAsync(mark + "model");
        await _mlflow.PostAsync("/model-versions/create", new
        {
            name = mark + "prompt",
            source = "prompt-template",
            tags = new[] { isPrompt, new { key = "mlflow.prompt.text", value = new string('x', 90_000) } }
        });
        foreach (var (filter, expected) in new[]
        {
            ("", "model"), (" AND tag.`mlflow.prompt.is_prompt` != 'true'", "model"), (" AND tags.`mlflow.prompt.is_prompt` = 'true'", "prompt"),
            (" AND (tags.`mlflow.prompt.is_prompt` = 'true' OR name LIKE '%model')", "model,prompt"),
        })
        {
            Assert.Equal(expected, await NamesAsync("registered-models", "registered_models", filter));
            Assert.Equal(expected, await NamesAsync("model-versions", "model_versions", filter));
        }

        async Task<string> NamesAsync(string resource, string list, string filter) => string.Join(',',
            (await _mlflow.GetAsync($"/{resource}/search?order_by=name&filter={Uri.EscapeDataString($"name LIKE '{mark}%'{filter}")}")).List(list)
            .Select(m => m.Text("name")[mark.Length..]));
    }

    [Fact]
    public async Task A_copy_shares_the_files_of_its_original_and_unknown_runs_are_accepted()
    {
        var name = await NewModelAsync();
        foreach (var source in new[] { "runs:/unknown/model", "mlflow-artifacts:/models/foo///bar", "mlflow-artifacts://host:9000/models/..../" })
            Assert.Equal(source, (await _mlflow.PostAsync("/model-versions/create", new { name, source, run_id = "unknown" }))
                .GetProperty("model_version").Text("source"));
        Assert.Equal("4", await NewVersionAsync(name, $"models:/{name}/1"));
        Assert.Equal("runs:/unknown/model", (await _mlflow.GetAsync($"/model-versions/get-download-uri?name={name}&version=4"))
            .Text("artifact_uri"));
        Assert.Equal($"models:/{name}/1", (await VersionAsync(name, "4")).Text("source"));
    }

    [Fact]
    public async Task Describing_a_version_does_not_change_the_models_time()
    {
        var name = await NewModelAsync(versions: 1);
        var before = (await ModelAsync(name)).GetProperty("last_updated_timestamp").GetInt64();
        await Task.Delay(5);
        await _mlflow.SendAsync(HttpMethod.Patch, "/model-versions/update", new { name, version = "1", description = "new" });
        Assert.Equal(before, (await ModelAsync(name)).GetProperty("last_updated_timestamp").GetInt64());
        Assert.True((await VersionAsync(name, "1")).GetProperty("last_updated_timestamp").GetInt64() > before);
    }

    [Theory]
    [InlineData("run_id IN (1,2)", "expected string value, punctuation, or whitespace, but got different type in list")]
    [InlineData("run_id IN ()", "expected a non-empty list of string values, but got empty list")]
    [InlineData("run_id IN (,)", "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN ('a',,'b')", "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN (", "Invalid clause(s) in filter string")]
    [InlineData("name = true", "Invalid clause(s) in filter string")]
    [InlineData("name != something", "Parameter value is either not quoted or unidentified quote types used for string value something")]
    public async Task Bad_filters_are_refused_in_MLflows_words(string filter, string expected) =>
        Assert.Contains(expected, await _mlflow.GetFailsAsync($"/model-versions/search?filter={Uri.EscapeDataString(filter)}"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Bad_pages_orders_and_versions_are_refused_in_MLflows_words()
    {
        Assert.Contains("could not base64-decode", await _mlflow.GetFailsAsync("/model-versions/search?page_token=evilhax"),
            StringComparison.Ordinal);
        Assert.Contains("`order_by` contains duplicate fields",
            await _mlflow.GetFailsAsync("/registered-models/search?order_by=timestamp&order_by=last_updated_timestamp%20DESC"),
            StringComparison.Ordinal);
        Assert.StartsWith("Model version must be an integer, got 'x'", await _mlflow.GetFailsAsync("/model-versions/get?name=m&version=x"),
            StringComparison.Ordinal);
        Assert.Contains("Registered model value 'aaa", await _mlflow.FailsAsync("/registered-models/set-tag",
            new { name = await NewModelAsync(), key = "k", value = new string('a', 5001) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Searches_find_models_and_versions()
    {
        var mark = Guid.NewGuid().ToString("N");
        foreach (var suffix in new[] { "b", "a", "C" }) await _mlflow.PostAsync("/registered-models/create",
            new { name = mark + suffix });
        Assert.Equal(["C", "a", "b"], await ModelsAsync($"name LIKE '{mark}%'"));
        Assert.Equal(["b", "a", "C"], await ModelsAsync($"name LIKE '{mark}%'", "name DESC"));
        Assert.Equal(["C"], await ModelsAsync($"name ILIKE '{mark}c'"));
        Assert.Equal(["a"], await ModelsAsync($"name = '{mark}a'"));

        var first = await _mlflow.GetAsync($"/registered-models/search?filter={Uri.EscapeDataString($"name LIKE '{mark}%'")}&max_results=2");
        Assert.Equal(2, first.List("registered_models").Count);
        Assert.Single((await _mlflow.GetAsync($"/registered-models/search?filter={Uri.EscapeDataString($"name LIKE '{mark}%'")}&max_results=2&page_token={Uri.EscapeDataString(first.Text("next_page_token"))}")).List("registered_models"));

        foreach (var source in new[] { "s3://a", "s3://b", "s3://a" }) await NewVersionAsync(mark + "b", source);
        Assert.Equal(["3", "2", "1"], await VersionsAsync($"name = '{mark}b'"));
        Assert.Equal(["1", "3"], await VersionsAsync($"name = '{mark}b' and source_path = 's3://a'", "version_number ASC"));
        Assert.Equal(["2"], await VersionsAsync($"name = '{mark}b' and version_number = 2"));
        await _mlflow.GetFailsAsync("/registered-models/search?max_results=1001");
        await _mlflow.GetFailsAsync("/model-versions/search?filter=colour%20%3D%20'red'");

        async Task<List<string>> ModelsAsync(string filter, string? order = null) =>
            [.. (await _mlflow.GetAsync($"/registered-models/search?filter={Uri.EscapeDataString(filter)}{(order is null ? "" : "&order_by=" + Uri.EscapeDataString(order))}")).List("registered_models").Select(m => m.Text("name")[mark.Length..])];
        async Task<List<string>> VersionsAsync(string filter, string? order = null) =>
            [.. (await _mlflow.GetAsync($"/model-versions/search?filter={Uri.EscapeDataString(filter)}{(order is null ? "" : "&order_by=" + Uri.EscapeDataString(order))}")).List("model_versions").Select(v => v.Text("version"))];
    }
}
