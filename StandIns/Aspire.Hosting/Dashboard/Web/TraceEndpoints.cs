using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Traces and their spans.</summary>
internal static class TraceEndpoints
{
    private const int MaxPage = 500;

    public static void Map(RouteGroupBuilder api, TelemetryStore store)
    {
        api.MapGet("/traces", (string? resource, string? text, double? min_ms, bool? errors, int? limit) =>
            List(store, new(Empty(resource), Empty(text), min_ms ?? 0, errors ?? false, Math.Clamp(limit ?? 200, 1, MaxPage))));
        api.MapGet("/traces/{id}", (string id) => One(store, id));
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static IResult List(TelemetryStore store, TraceFilter filter)
    {
        var (traces, total) = store.Traces.Find(filter);
        return DashboardJson.Ok(new { traces = traces.Select(Row), total, resources = store.ResourceNames(), use = store.Traces.Use });
    }

    private static IResult One(TelemetryStore store, string id)
    {
        var spans = store.Traces.Spans(id.ToLowerInvariant());
        if (spans.Length == 0)
            return Problems.NotFound($"The trace {id} is not held: it has not arrived yet, or it made room for newer ones.");
        var logs = store.Logs.Find(new(null, LogLevel.Trace, null, spans[0].TraceId, null, null, null, MaxPage)).Logs;
        return DashboardJson.Ok(new
        {
            trace_id = spans[0].TraceId,
            spans = spans.Select(Span),
            logs = logs.Select(l => new LogMark(l.Id, l.Log.SpanId, DashboardJson.Micros(l.Log.Time), l.Log.Level, l.Log.Resource.Name, l.Log.Body)),
        });
    }

    private static TraceRow Row(TraceSummary trace) => new(
        trace.TraceId, trace.Name, trace.Resource, trace.Complete, DashboardJson.Micros(trace.Start), DashboardJson.Micros(trace.End - trace.Start),
        trace.Spans, trace.Errors, [.. trace.Services.Select(s => new ServiceCount(s.Key, s.Value))]);

    private static SpanRow Span(SpanRecord span) => new(
        span.SpanId, span.ParentId, span.Name, span.Resource.Name, span.Resource.InstanceId, span.Scope, span.Kind,
        DashboardJson.Micros(span.Start), DashboardJson.Micros(span.End - span.Start), span.Status, span.StatusMessage, span.Attributes,
        [.. span.Events.Select(e => new EventRow(DashboardJson.Micros(e.Time), e.Name, e.Attributes))], span.Links);

    private sealed record ServiceCount(string Name, int Spans);

    private sealed record TraceRow(
        string TraceId, string Name, string Resource, bool Complete, long StartUs, long DurationUs, int Spans, int Errors, ServiceCount[] Services);

    private sealed record EventRow(long TimeUs, string Name, KeyValuePair<string, string>[] Attributes);

    private sealed record SpanRow(
        string SpanId, string? ParentId, string Name, string Resource, string InstanceId, string Scope, SpanKind Kind, long StartUs, long DurationUs,
        SpanStatus Status, string StatusMessage, KeyValuePair<string, string>[] Attributes, EventRow[] Events, SpanLink[] Links);

    private sealed record LogMark(long Id, string? SpanId, long TimeUs, LogLevel Level, string Resource, string Message);
}
