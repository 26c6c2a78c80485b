using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aspire.Hosting.Dashboard;

/// <summary>The instrument tree, and series ready to draw.</summary>
internal static class MetricEndpoints
{
    private const int MaxRangeSeconds = 7 * 24 * 3600;

    public static void Map(RouteGroupBuilder api, MetricStore store, TimeProvider clock)
    {
        api.MapGet("/metrics", () => DashboardJson.Ok(new { instruments = store.Instruments().Select(Row), use = store.Use }));
        api.MapGet("/metrics/series", (string resource, string meter, string name, int? range, string? mode, string? only) =>
            Series(store, clock, new(resource, meter, name), range ?? 300, mode, only));
    }

    private static IResult Series(MetricStore store, TimeProvider clock, InstrumentKey key, int range, string? mode, string? only)
    {
        if (range is < 0 or > MaxRangeSeconds)
            return Problems.Result(400, "Range", $"range is in seconds, from 1 to {MaxRangeSeconds}, or 0 for everything held.");
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var query = new MetricQuery(now, range * 1000L, mode == "total", mode == "rate", string.IsNullOrEmpty(only) ? null : only);
        var chart = store.Read(key, (info, series) => query.Draw(info, series));
        return chart is null
            ? Problems.NotFound($"'{key.Resource}' has sent no metric '{key.Name}' of meter '{key.Meter}'.")
            : DashboardJson.Ok(chart);
    }

    private static InstrumentRow Row(InstrumentInfo info) =>
        new(info.Key.Resource, info.Key.Meter, info.Key.Name, info.Kind, info.Description, info.Unit, info.Series);

    private sealed record InstrumentRow(
        string Resource, string Meter, string Name, InstrumentKind Kind, string Description, string Unit, int Series);
}
