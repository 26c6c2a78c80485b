using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Structured logs.</summary>
internal static class LogEndpoints
{
    private const int MaxPage = 500;

    public static void Map(RouteGroupBuilder api, TelemetryStore store)
    {
        api.MapGet("/logs", ([AsParameters] Query query) => List(store, query));
        api.MapGet("/logs/{id:long}", (long id) => store.Logs.ById(id) is { } log
            ? DashboardJson.Ok(Details(log))
            : Problems.NotFound($"The log record {id} is not held any more: older records make room for newer ones."));
    }

    private static IResult List(TelemetryStore store, Query query)
    {
        if (query.Level is { Length: > 0 } && !Enum.TryParse<LogLevel>(query.Level, true, out _))
            return Problems.Result(
                400, "Unknown level", $"'{query.Level}' is not a log level: use trace, debug, information, warning, error or critical.");
        var level = Enum.TryParse<LogLevel>(query.Level, true, out var parsed) ? parsed : LogLevel.Trace;
        var (logs, more) = store.Logs.Find(new(
            Empty(query.Resource), level, Empty(query.Text), Empty(query.Trace), Empty(query.Span), query.Before, query.After,
            Math.Clamp(query.Limit ?? 200, 1, MaxPage)));
        return DashboardJson.Ok(new { logs = logs.Select(Row), more, resources = store.ResourceNames(), use = store.Logs.Use });
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static LogRow Row(StoredLog stored) => new(
        stored.Id, stored.Log.Resource.Name, DashboardJson.Micros(stored.Log.Time), stored.Log.Level,
        stored.Log.Body.Length > 400 ? stored.Log.Body[..400] + "…" : stored.Log.Body, stored.Log.Category, stored.Log.TraceId, stored.Log.SpanId,
        stored.Log.Attributes.Any(a => a.Key == "exception.type"));

    private static LogDetails Details(StoredLog stored) =>
        new(Row(stored), stored.Log.Body, stored.Log.Attributes, stored.Log.Resource.InstanceId, stored.Log.Resource.Attributes);

    private sealed record Query(
        string? Resource, string? Level, string? Text, string? Trace, string? Span, long? Before, long? After, int? Limit);

    private sealed record LogRow(
        long Id, string Resource, long TimeUs, LogLevel Level, string Message, string Category, string? TraceId, string? SpanId, bool Exception);

    private sealed record LogDetails(
        LogRow Log, string Message, KeyValuePair<string, string>[] Attributes, string InstanceId, KeyValuePair<string, string>[] ResourceAttributes);
}
