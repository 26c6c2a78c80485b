using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Linnaeus.Registry.Tests;

/// <summary>Sends MLflow requests as raw JSON, to test the wire format.</summary>
internal sealed class MlflowWire(HttpClient http, string prefix = "/api/2.0/mlflow")
{
    public Task<JsonElement> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        var response = await RawAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var response = await http.GetAsync(prefix + path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public Task<HttpResponseMessage> RawAsync(HttpMethod method, string path, object body) =>
        http.SendAsync(new HttpRequestMessage(method, prefix + path)
        {
            Content = body as HttpContent ?? (body is string text ? new StringContent(text, null, "application/json")
                : JsonContent.Create(body)),
        });

    /// <summary>Expects an error with this code and status, and returns its message.</summary>
    public async Task<string> FailsAsync(string path, object body, string code = "INVALID_PARAMETER_VALUE",
        HttpStatusCode status = HttpStatusCode.BadRequest, HttpMethod? method = null) =>
        await FailedAsync(await RawAsync(method ?? HttpMethod.Post, path, body), code, status);

    public async Task<string> GetFailsAsync(string path, string code = "INVALID_PARAMETER_VALUE",
        HttpStatusCode status = HttpStatusCode.BadRequest) =>
        await FailedAsync(await http.GetAsync(prefix + path), code, status);

    public static async Task<string> FailedAsync(HttpResponseMessage response, string code, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        var error = JsonElement.Parse(text);
        Assert.Equal(code, error.GetProperty("error_code").GetString());
        return error.GetProperty("message").GetString()!;
    }

    public async Task<string> NewExperimentAsync(string? name = null) =>
        (await PostAsync("/experiments/create", new { name = name ?? $"experiment-{Guid.NewGuid():N}" })).GetProperty("experiment_id")
            .GetString()!;

    public async Task<string> NewRunAsync(string? experiment = null, long startTime = 1) =>
        (await PostAsync("/runs/create", new { experiment_id = experiment ?? await NewExperimentAsync(), start_time = startTime }))
            .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    public async Task<JsonElement> RunAsync(string runId) => (await GetAsync($"/runs/get?run_id={runId}")).GetProperty("run");
}

internal static class JsonShape
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);

    /// <summary>A list, which is absent when empty.</summary>
    public static List<JsonElement> List(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    public static Dictionary<string, string> Pairs(this JsonElement element, string name) =>
        element.List(name).ToDictionary(p => p.Text("key"), p => p.Text("value"));
}
