using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>Server-sent events that say what changed; the page then fetches what it shows. At most three a second.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(330);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    public static void Map(RouteGroupBuilder api, ChangeSignal changes, TelemetryStore store, CancellationToken stopping) =>
        api.MapGet("/events", (HttpContext context) => StreamAsync(context, changes, store, stopping));

    private static async Task StreamAsync(HttpContext context, ChangeSignal changes, TelemetryStore store, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        try
        {
            var watcher = changes.Watch();
            var next = watcher.NextAsync(ends.Token);
            while (true)
            {
                if (await Task.WhenAny(next, Task.Delay(Beat, ends.Token)).ConfigureAwait(false) == next)
                {
                    await SendAsync(context.Response, await next.ConfigureAwait(false), store, ends.Token).ConfigureAwait(false);
                    next = watcher.NextAsync(ends.Token);
                    await Task.Delay(Pause, ends.Token).ConfigureAwait(false);
                }
                else
                {
                    await SendAsync(context.Response, Topics.None, store, ends.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the dashboard stops.
        }
    }

    private static async Task SendAsync(HttpResponse response, Topics topics, TelemetryStore store, CancellationToken cancellationToken)
    {
        var names = Enum.GetValues<Topics>().Where(t => t != Topics.None && topics.HasFlag(t));
        var data = JsonSerializer.Serialize(
            new { topics = names, spans = store.Traces.Use, logs = store.Logs.Use, series = store.Metrics.Use }, DashboardJson.Options);
        await response.WriteAsync($"data: {data}\n\n", cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
