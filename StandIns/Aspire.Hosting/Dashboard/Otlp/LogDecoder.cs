namespace Aspire.Hosting.Dashboard;

/// <summary>Decodes opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.</summary>
internal static class LogDecoder
{
    private const int BodyLimit = 64 * 1024;

    /// <exception cref="InvalidDataException">The message does not follow the protocol; nothing of it is kept.</exception>
    public static List<LogRecord> Decode(ReadOnlySpan<byte> request)
    {
        var logs = new List<LogRecord>();
        var root = new ProtoReader(request);
        while (root.Next())
        {
            if (root.Field == 1)
                Resource(root.Message(), logs);
            else
                root.Skip();
        }
        return logs;
    }

    private static void Resource(ProtoReader group, List<LogRecord> logs)
    {
        var resource = CommonDecoder.Resource(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                Scope(group.Message(), resource, logs);
            else
                group.Skip();
        }
    }

    private static void Scope(ProtoReader group, TelemetryResource resource, List<LogRecord> logs)
    {
        var scope = CommonDecoder.Scope(CommonDecoder.Head(group));
        while (group.Next())
        {
            if (group.Field == 2)
                logs.Add(Log(group.Message(), resource, scope));
            else
                group.Skip();
        }
    }

    private static LogRecord Log(ProtoReader log, TelemetryResource resource, string scope)
    {
        long time = 0, observed = 0;
        var severity = 0;
        string severityText = "", body = "";
        string? trace = null, span = null;
        var attributes = new List<KeyValuePair<string, string>>();
        while (log.Next())
        {
            switch (log.Field)
            {
                case 1:
                    time = CommonDecoder.Nanos(log.Fixed64());
                    break;
                case 2:
                    severity = (int)Math.Min(log.Varint(), 24);
                    break;
                case 3:
                    severityText = log.Text(64);
                    break;
                case 5:
                    body = CommonDecoder.AnyValue(log.Message(), 0, BodyLimit);
                    break;
                case 6:
                    CommonDecoder.AppendAttribute(attributes, log.Message());
                    break;
                case 9:
                    trace = CommonDecoder.Id(log.Bytes(), 16);
                    break;
                case 10:
                    span = CommonDecoder.Id(log.Bytes(), 8);
                    break;
                case 11:
                    observed = CommonDecoder.Nanos(log.Fixed64());
                    break;
                default:
                    log.Skip();
                    break;
            }
        }
        return new(resource, scope, time == 0 ? observed : time, LogLevels.FromSeverity(severity, severityText), body, trace, span,
            [.. attributes]);
    }
}
