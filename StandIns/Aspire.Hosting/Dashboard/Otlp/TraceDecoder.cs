namespace Aspire.Hosting.Dashboard;

/// <summary>Decodes opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest.</summary>
internal static class TraceDecoder
{
    private const int MaxEvents = 128;

    /// <exception cref="InvalidDataException">The message does not follow the protocol; nothing of it is kept.</exception>
    public static List<SpanRecord> Decode(ReadOnlySpan<byte> request)
    {
        var spans = new List<SpanRecord>();
        var root = new ProtoReader(request);
        while (root.Next())
        {
            if (root.Field == 1)
                Resource(root.Message(), spans);
            else
                root.Skip();
        }
        return spans;
    }

    private static void Resource(ProtoReader group, List<SpanRecord> spans)
    {
        var resource = CommonDecoder.Resource(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                Scope(group.Message(), resource, spans);
            else
                group.Skip();
        }
    }

    private static void Scope(ProtoReader group, TelemetryResource resource, List<SpanRecord> spans)
    {
        var scope = CommonDecoder.Scope(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                spans.Add(Span(group.Message(), resource, scope));
            else
                group.Skip();
        }
    }

    private static SpanRecord Span(ProtoReader span, TelemetryResource resource, string scope)
    {
        string? trace = null, id = null, parent = null;
        string name = "", message = "";
        var kind = SpanKind.Internal;
        var status = SpanStatus.Unset;
        long start = 0, end = 0;
        var attributes = new List<KeyValuePair<string, string>>();
        var events = new List<SpanEvent>();
        var links = new List<SpanLink>();
        while (span.Next())
        {
            switch (span.Field)
            {
                case 1:
                    trace = CommonDecoder.Id(span.Bytes(), 16);
                    break;
                case 2:
                    id = CommonDecoder.Id(span.Bytes(), 8);
                    break;
                case 4:
                    parent = CommonDecoder.Id(span.Bytes(), 8);
                    break;
                case 5:
                    name = span.Text(CommonDecoder.TextLimit);
                    break;
                case 6:
                    kind = span.Varint() is var k and >= 1 and <= 5 ? (SpanKind)k : SpanKind.Internal;
                    break;
                case 7:
                    start = CommonDecoder.Nanos(span.Fixed64());
                    break;
                case 8:
                    end = CommonDecoder.Nanos(span.Fixed64());
                    break;
                case 9:
                    CommonDecoder.AppendAttribute(attributes, span.Message());
                    break;
                case 11:
                    var spanEvent = Event(span.Message());
                    if (events.Count < MaxEvents)
                        events.Add(spanEvent);
                    break;
                case 13:
                    if (Link(span.Message()) is { } link && links.Count < MaxEvents)
                        links.Add(link);
                    break;
                case 15:
                    (status, message) = Status(span.Message());
                    break;
                default:
                    span.Skip();
                    break;
            }
        }
        if (trace is null || id is null)
            throw new InvalidDataException($"span '{name}' has no trace id or no span id");
        return new(resource, scope, trace, id, parent, name, kind, start, Math.Max(start, end), status, message,
            [.. attributes], [.. events], [.. links]);
    }

    private static SpanEvent Event(ProtoReader source)
    {
        var time = 0L;
        var name = "";
        var attributes = new List<KeyValuePair<string, string>>();
        while (source.Next())
        {
            if (source.Field == 1)
                time = CommonDecoder.Nanos(source.Fixed64());
            else if (source.Field == 2)
                name = source.Text(CommonDecoder.TextLimit);
            else if (source.Field == 3)
                CommonDecoder.AppendAttribute(attributes, source.Message());
            else
                source.Skip();
        }
        return new(time, name, [.. attributes]);
    }

    private static SpanLink? Link(ProtoReader source)
    {
        string? trace = null, span = null;
        while (source.Next())
        {
            if (source.Field == 1)
                trace = CommonDecoder.Id(source.Bytes(), 16);
            else if (source.Field == 2)
                span = CommonDecoder.Id(source.Bytes(), 8);
            else
                source.Skip();
        }
        return trace is null || span is null ? null : new(trace, span);
    }

    private static (SpanStatus, string) Status(ProtoReader source)
    {
        var code = SpanStatus.Unset;
        var message = "";
        while (source.Next())
        {
            if (source.Field == 2)
                message = source.Text(CommonDecoder.TextLimit);
            else if (source.Field == 3)
                code = source.Varint() switch { 1 => SpanStatus.Ok, 2 => SpanStatus.Error, _ => SpanStatus.Unset };
            else
                source.Skip();
        }
        return (code, message);
    }
}
