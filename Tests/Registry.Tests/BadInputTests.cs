using System.Net;
using System.Text;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

/// <summary>Any input gets an answer in MLflow's format and never a 500.</summary>
public class BadInputTests(RegistryFixture registry)
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "1e400", "1.5", "9223372036854775807", "99999999999999999999", "\"\"", "\"x\"", "\"0\"", "\"NaN\"", "\"\\u0000\"",
        "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"größe/日本\"", "\"../x\"", "\"a' OR '1'='1\"", "[]", "[1]", "[\"x\"]", "[null]", "[{}]", "[[]]", "{}",
        "{\"key\": \"k\"}", "[{\"key\": \"k\", \"value\": \"v\"}]", "[{\"key\": \"\\udc00\"}]", "\"RUN\"", "\"EXPERIMENT\"", "[\"EXPERIMENT\"]", "\"MODEL\"",
        "\"metrics.a > 1 AND\"", "\"name LIKE '%'\"", "[\"name DESC\"]", "\"eyJvZmZzZXQiOiA5OTk5OTk5OTk5OTk5OTk5fQ==\"",
    ];

    private static readonly (string Method, string Path, string Fields)[] Endpoints =
    [
        ("POST", "/experiments/create", "name artifact_location tags"), ("POST", "/experiments/search", "max_results filter order_by view_type page_token"),
        ("POST", "/experiments/update", "experiment_id new_name"), ("POST", "/experiments/set-experiment-tag", "experiment_id key value"),
        ("POST", "/experiments/delete-experiment-tag", "experiment_id key"), ("POST", "/experiments/search-datasets", "experiment_ids"),
        ("POST", "/runs/create", "experiment_id user_id start_time tags run_name"), ("POST", "/runs/update", "run_id status end_time run_name"),
        ("POST", "/runs/search", "experiment_ids filter run_view_type max_results order_by page_token offset fields include_total include_extremes"),
        ("POST", "/runs/log-metric", "run_id run_uuid key value timestamp step model_id dataset_name"), ("POST", "/runs/log-parameter", "run_id key value"),
        ("POST", "/runs/log-batch", "run_id metrics params tags"), ("POST", "/runs/set-tag", "run_id key value"), ("POST", "/runs/delete-tag", "run_id key"),
        ("POST", "/runs/log-inputs", "run_id datasets models"), ("POST", "/runs/outputs", "run_id models"), ("POST", "/runs/log-model", "run_id model_json"),
        ("POST", "/logged-models", "experiment_id name model_type source_run_id params tags"),
        ("POST", "/logged-models/search", "experiment_ids filter datasets max_results order_by page_token"),
        ("PATCH", "/logged-models/MODEL", "status"), ("PATCH", "/logged-models/MODEL/tags", "tags"), ("POST", "/logged-models/MODEL/params", "params"),
        ("POST", "/registered-models/create", "name description tags"), ("PATCH", "/registered-models/update", "name description"),
        ("POST", "/registered-models/set-tag", "name key value"), ("POST", "/registered-models/alias", "name alias version"),
        ("POST", "/model-versions/create", "name source run_id run_link tags description model_id"),
        ("POST", "/model-versions/transition-stage", "name version stage archive_existing_versions"),
        ("PATCH", "/model-versions/update", "name version description"), ("DELETE", "/model-versions/delete-tag", "name version key"),
    ];

    private readonly MlflowWire _mlflow = new(registry.Http);

    [Fact]
    public async Task Random_requests_are_served_or_rejected_but_never_fail()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(experiment);
        var model = (await _mlflow.PostAsync("/logged-models", new { experiment_id = experiment })).GetProperty("model").GetProperty("info")
            .Text("model_id");
        var random = new Random(3);
        var served = 0;
        foreach (var (method, path, fields) in Endpoints)
            for (var i = 0; i < 25; i++)
            {
                // Mostly valid ids, to reach later errors too.
                var body = Fill($"{{{string.Join(", ", fields.Split(' ').Where(_ => random.Next(5) > 0)
                    .Select(field => $"\"{field}\": {Value(field, random)}"))}}}");
                var response = await _mlflow.RawAsync(new HttpMethod(method), Fill(path), body);
                var answer = await response.Content.ReadAsStringAsync();
                Assert.True((int)response.StatusCode < 500, $"{method} {path} {body}: {(int)response.StatusCode} {answer}");
                if (response.IsSuccessStatusCode) served++;
                else Assert.NotEmpty(JsonElement.Parse(answer).Text("error_code"));
            }
        Assert.True(served > 50, $"only {served} of the requests made sense");

        string Fill(string text) => text.Replace("RUN", run, StringComparison.Ordinal).Replace("EXPERIMENT", experiment, StringComparison.Ordinal)
            .Replace("MODEL", model, StringComparison.Ordinal);
    }

    private static string Value(string field, Random random) => random.Next(4) == 0 ? Values[random.Next(Values.Length)] : field switch
    {
        "run_id" => "\"RUN\"",
        "experiment_id" => "\"EXPERIMENT\"",
        "experiment_ids" => "[\"EXPERIMENT\"]",
        "timestamp" or "max_results" or "step" => "5",
        "key" or "value" or "new_name" or "description" => "\"5\"",
        "tags" or "params" => "[{\"key\": \"a\", \"value\": \"b\"}]",
        "filter" or "order_by" or "page_token" or "model_id" => "null",
        _ => Values[random.Next(Values.Length)],
    };

    [Theory]
    [InlineData("/runs/search?", "")]
    [InlineData("/runs/get?run_id=", "Missing value for required parameter 'run_id'")]
    [InlineData("/runs/get?run_id=%00", "NUL")]
    [InlineData("/runs/get?run_id=%ff%fe", "not found")]
    [InlineData("/experiments/get?experiment_id=abc", "Invalid experiment ID")]
    [InlineData("/experiments/get?experiment_id=99999999999999999999", "Invalid experiment ID")]
    [InlineData("/experiments/search?max_results=x", "Invalid value \"x\" for parameter 'max_results'")]
    [InlineData("/experiments/search?max_results=10&page_token=e30%3D", "Invalid page token")]
    [InlineData("/metrics/get-history?run_id=RUN&metric_key=a&page_token=xx", "Invalid page token")]
    [InlineData("/metrics/get-history?run_id=RUN", "Missing value for required parameter 'metric_key'")]
    [InlineData("/logged-models/m-%2e%2e", "not found")]
    public async Task Bad_queries_are_refused(string path, string expected)
    {
        var run = await _mlflow.NewRunAsync();
        using var response = await registry.Http.GetAsync("/api/2.0/mlflow" + path.Replace("RUN", run, StringComparison.Ordinal));
        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.Contains(expected, JsonElement.Parse(await response.Content.ReadAsStringAsync()).Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"name\": \"\\ud800\"}")]
    [InlineData("{\"\\udfff\": 1, \"name\": \"x\"}")]
    [InlineData("\"{\\\"name\\\": \\\"\\\\udfff\\\"}\"")]
    public async Task Half_a_surrogate_pair_is_rejected(string body) =>
        Assert.Contains("not valid Unicode", await _mlflow.FailsAsync("/registered-models/create", body), StringComparison.Ordinal);

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("12")]
    [InlineData("\"12\"")]
    [InlineData("{\"name\": ")]
    [InlineData("")]
    public async Task A_body_that_is_not_an_object_counts_as_empty(string body) =>
        Assert.Contains("Missing value for required parameter 'name'", await _mlflow.FailsAsync("/experiments/create", body), StringComparison.Ordinal);

    [Fact]
    public async Task Too_deep_and_too_long_filters_are_rejected()
    {
        Assert.Contains("Missing value", await _mlflow.FailsAsync("/experiments/create", new string('[', 100_000)), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/mlflow/experiments/create")
        {
            Content = new StringContent($"{{\"name\": \"{new string('a', 40 << 20)}\"}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;
        using var response = await registry.Http.SendAsync(request);
        await MlflowWire.FailedAsync(response, "REQUEST_TOO_LARGE", HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Only_JSON_requests_can_write(string? contentType)
    {
        using var content = new ByteArrayContent("{\"name\": \"x\"}"u8.ToArray());
        if (contentType is not null) content.Headers.Add("Content-Type", contentType);
        using var response = await registry.Http.PostAsync("/api/2.0/mlflow/experiments/create", content);
        Assert.Contains("Content-Type", await MlflowWire.FailedAsync(response, "INVALID_PARAMETER_VALUE", HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_filters_and_many_orders_are_limited()
    {
        var experiment = await _mlflow.NewExperimentAsync();
        var run = await _mlflow.NewRunAsync(experiment);
        foreach (var (word, count) in new[] { (" AND ", 1), (" OR ", 1) })
            Assert.Equal(count, (await SearchAsync(string.Join(word, Enumerable.Repeat($"run_id = '{run}'", 1900)))).List("runs").Count);
        Assert.Single((await SearchAsync($"run_id IN ({string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"'{i}'"))}, '{run}')")).List("runs"));
        Assert.Contains("limit is 100000", await RefusedAsync(new string('x', 100_001)), StringComparison.Ordinal);
        Assert.Contains("pattern", await RefusedAsync($"tags.a LIKE '{new string('%', 60_000)}'"), StringComparison.Ordinal);
        Assert.Contains("levels deep", await RefusedAsync(new string('(', 5000)), StringComparison.Ordinal);
        Assert.Contains("`order_by` has 70 items", await _mlflow.FailsAsync("/runs/search", new
        {
            experiment_ids = new[] { experiment },
            order_by = Enumerable.Range(0, 70).Select(i => $"tags.t{i}")
        }), StringComparison.Ordinal);

        Task<JsonElement> SearchAsync(string filter) => _mlflow.PostAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter });
        Task<string> RefusedAsync(string filter) => _mlflow.FailsAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter });
    }

    [Fact]
    public async Task Names_in_any_script_are_stored()
    {
        var name = $"цветы 🌸 花\u200d {Guid.NewGuid():N}";
        var experiment = await _mlflow.NewExperimentAsync(name);
        Assert.Equal(experiment, (await _mlflow.GetAsync($"/experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}"))
            .GetProperty("experiment").Text("experiment_id"));
        var run = (await _mlflow.PostAsync("/runs/create", new { experiment_id = experiment, run_name = name })).GetProperty("run")
            .GetProperty("info").Text("run_id");
        await _mlflow.PostAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "größe/日本", value = 1, timestamp = 1 } },
            tags = new[] { new { key = "ключ", value = "🌸" } }
        });
        Assert.Single((await _mlflow.PostAsync("/runs/search", new
        {
            experiment_ids = new[] { experiment },
            filter = $"metrics.`größe/日本` = 1 AND tags.ключ = '🌸' AND run_name LIKE 'цветы _ 花%'"
        })).List("runs"));
    }

    [Theory]
    [InlineData("GET", "/api/3.0/mlflow/traces/tr-1")]
    [InlineData("POST", "/api/3.0/mlflow/traces/search")]
    [InlineData("POST", "/api/2.0/mlflow/traces")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/nothing")]
    [InlineData("POST", "/v1/traces")]
    public async Task Unknown_paths_answer_in_MLflows_format(string method, string path)
    {
        using var response = await registry.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "GET" ? null : new StringContent("{}", null, "application/json"),
        });
        await MlflowWire.FailedAsync(response, "ENDPOINT_NOT_FOUND", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Log_model_keeps_every_description_as_it_was_written()
    {
        var run = await _mlflow.NewRunAsync();
        var models = Enumerable.Range(0, 8).Select(i =>
            $"{{\"artifact_path\": \"model/{i}\", \"flavors\": {{\"a\": 1.50}}, \"utc_time_created\": \"x\", \"run_id\": \"{run}\", \"note\": \"\\u00e4\"}}").ToList();
        await _mlflow.PostAsync("/runs/log-model", new { run_id = run, model_json = models[0] });
        Assert.Equal($"[{models[0]}]", (await _mlflow.RunAsync(run)).GetProperty("data").Pairs("tags")["mlflow.log-model.history"]);
        await Task.WhenAll(models.Skip(1).Select(model_json => _mlflow.PostAsync("/runs/log-model", new { run_id = run, model_json })));
        var history = (await _mlflow.RunAsync(run)).GetProperty("data").Pairs("tags")["mlflow.log-model.history"];
        Assert.StartsWith($"[{models[0]}, ", history, StringComparison.Ordinal);
        Assert.All(models, m => Assert.Contains(m, history, StringComparison.Ordinal));
        await _mlflow.PostAsync("/runs/set-tag", new { run_id = run, key = "mlflow.log-model.history", value = "junk" });
        await _mlflow.PostAsync("/runs/log-model", new { run_id = run, model_json = models[0] });
        foreach (var (json, expected) in new[] { ("[]", "must be a JSON object"), ("{", "is not JSON"), ("{}", "missing mandatory fields") })
            Assert.Contains(expected, await _mlflow.FailsAsync("/runs/log-model", new { run_id = run, model_json = json }), StringComparison.Ordinal);
    }
}
