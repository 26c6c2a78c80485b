using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Linnaeus.Platform.Tests;

/// <summary>A span as the dashboard's pages get it.</summary>
internal sealed record SpanSeen(string Resource, string Name, string? Parent);

/// <summary>Reads what the dashboard has received.</summary>
internal sealed class DashboardClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = address };

    /// <summary>Spans arrive some time after they end: waits until those that are here are <paramref name="enough"/>.</summary>
    public async Task<IReadOnlyList<SpanSeen>> WaitForSpansAsync(
        string traceId, Func<IReadOnlyList<SpanSeen>, bool> enough, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var login = await _http.GetAsync(new Uri($"login?t={RunningPlatform.DashboardToken}", UriKind.Relative), limit.Token);
        login.EnsureSuccessStatusCode();
        while (true)
        {
            using var response = await _http.GetAsync(new Uri($"api/traces/{traceId}", UriKind.Relative), limit.Token);
            if (response.IsSuccessStatusCode)
            {
                var trace = await response.Content.ReadFromJsonAsync<JsonElement>(limit.Token);
                SpanSeen[] spans = [.. trace.GetProperty("spans").EnumerateArray().Select(Read)];
                if (enough(spans))
                    return spans;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();

    private static SpanSeen Read(JsonElement span) => new(
        span.GetProperty("resource").GetString()!,
        span.GetProperty("name").GetString()!,
        span.TryGetProperty("parent_id", out var parent) ? parent.GetString() : null);
}
