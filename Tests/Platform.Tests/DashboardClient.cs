using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Linnaeus.Platform.Tests;

/// <summary>A span that the dashboard has received.</summary>
internal sealed record SpanSeen(string Resource, string Name, string? Parent);

/// <summary>Reads the dashboard's telemetry API.</summary>
internal sealed class DashboardClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>Waits until the received spans are <paramref name="enough"/>, since they arrive some time after they end.</summary>
    public async Task<IReadOnlyList<SpanSeen>> WaitForSpansAsync(
        string traceId, Func<IReadOnlyList<SpanSeen>, bool> enough, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        await SignInAsync(limit.Token);
        while (true)
        {
            using var response = await _http.GetAsync(new Uri($"api/telemetry/traces/{traceId}", UriKind.Relative), limit.Token);
            if (response.IsSuccessStatusCode)
            {
                var answer = await response.Content.ReadFromJsonAsync<JsonElement>(limit.Token);
                SpanSeen[] spans = [.. Items(answer.GetProperty("data"), "resourceSpans").SelectMany(Read)];
                if (enough(spans))
                    return spans;
            }
            else
            {
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode); // not yet
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Exchanges the browser's token for the API key.</summary>
    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync("api/telemetry/validateToken", new { token = RunningPlatform.DashboardToken }, cancellationToken);
        response.EnsureSuccessStatusCode();
        var key = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("apiKey").GetString();
        _http.DefaultRequestHeaders.Remove("x-api-key");
        _http.DefaultRequestHeaders.Add("x-api-key", key);
    }

    private static IEnumerable<SpanSeen> Read(JsonElement group)
    {
        var resource = Items(group.GetProperty("resource"), "attributes")
            .First(attribute => attribute.GetProperty("key").GetString() == "service.name").GetProperty("value").GetProperty("stringValue").GetString()!;
        return Items(group, "scopeSpans").SelectMany(scope => Items(scope, "spans").AsEnumerable()).Select(span => new SpanSeen(
            resource, span.GetProperty("name").GetString()!, span.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null));
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;
}
