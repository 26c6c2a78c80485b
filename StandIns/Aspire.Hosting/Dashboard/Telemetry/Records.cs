using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Who sent a piece of telemetry: <c>service.name</c>, <c>service.instance.id</c> and the other resource attributes.</summary>
internal sealed record TelemetryResource(string Name, string InstanceId, KeyValuePair<string, string>[] Attributes);

internal enum SpanKind
{
    Internal = 1,
    Server,
    Client,
    Producer,
    Consumer,
}

internal enum SpanStatus
{
    Unset,
    Ok,
    Error,
}

/// <summary>A named moment inside a span; time in nanoseconds since 1970.</summary>
internal sealed record SpanEvent(long Time, string Name, KeyValuePair<string, string>[] Attributes);

internal sealed record SpanLink(string TraceId, string SpanId);

/// <summary>One finished span; times in nanoseconds since 1970, ids in lower-case hexadecimal.</summary>
internal sealed record SpanRecord(
    TelemetryResource Resource, string Scope, string TraceId, string SpanId, string? ParentId, string Name, SpanKind Kind,
    long Start, long End, SpanStatus Status, string StatusMessage,
    KeyValuePair<string, string>[] Attributes, SpanEvent[] Events, SpanLink[] Links);

/// <summary>One structured log record; time in nanoseconds since 1970.</summary>
internal sealed record LogRecord(
    TelemetryResource Resource, string Category, long Time, LogLevel Level, string Body, string? TraceId, string? SpanId,
    KeyValuePair<string, string>[] Attributes);

internal enum InstrumentKind
{
    Gauge,
    Counter,
    UpDownCounter,
    Histogram,
}

/// <summary>What a metric point says about its instrument.</summary>
internal sealed record InstrumentHead(TelemetryResource Resource, string Meter, string Name, string Description, string Unit);

/// <summary>One value of a gauge or sum; time in milliseconds since 1970.</summary>
internal sealed record NumberPoint(
    InstrumentHead Head, InstrumentKind Kind, bool Delta, KeyValuePair<string, string>[] Attributes, long Time, double Value);

/// <summary>One state of a histogram: a count per bucket, one more than there are bounds; time in milliseconds since 1970.</summary>
internal sealed record HistogramPoint(
    InstrumentHead Head, bool Delta, KeyValuePair<string, string>[] Attributes, long Time,
    double[] Bounds, double[] Buckets, double Sum, double Max);

/// <summary>Everything that one metrics export carried.</summary>
internal sealed class MetricBatch
{
    public List<NumberPoint> Numbers { get; } = [];

    public List<HistogramPoint> Histograms { get; } = [];

    /// <summary>Metrics of a kind that the dashboard does not draw.</summary>
    public int Unsupported { get; set; }
}
