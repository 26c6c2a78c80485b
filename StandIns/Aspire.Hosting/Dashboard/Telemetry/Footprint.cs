namespace Aspire.Hosting.Dashboard;

/// <summary>Estimates of what telemetry records cost in memory, in bytes: close enough to hold a budget.</summary>
internal static class Footprint
{
    private const int ObjectCost = 96;

    public static int Of(SpanRecord span) =>
        ObjectCost + 300 + Of(span.Name) + Of(span.StatusMessage) + Of(span.Attributes) + (span.Links.Length * 250)
        + span.Events.Sum(e => ObjectCost + Of(e.Name) + Of(e.Attributes));

    public static int Of(LogRecord log) => ObjectCost + 200 + Of(log.Body) + Of(log.Category) + Of(log.Attributes);

    private static int Of(string text) => 24 + (2 * text.Length);

    private static int Of(KeyValuePair<string, string>[] attributes) => 24 + attributes.Sum(a => 16 + Of(a.Key) + Of(a.Value));
}
