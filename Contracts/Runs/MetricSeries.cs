using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>
/// <c>GET /api/runs/{run_id}/metrics/{key}?points=N</c>: a metric's history in order of step. A history of more than N points is
/// downsampled: each of many equal stretches keeps its minimum and maximum (and one NaN), the whole its first and last point.
/// </summary>
public sealed record MetricSeries
{
    public required string RunId { get; init; }
    public required string Key { get; init; }

    /// <summary>Points logged in the requested range.</summary>
    public required long Count { get; init; }

    /// <summary>The points after downsampling; all of them when there are no more than N.</summary>
    public required IReadOnlyList<MetricSeriesPoint> Points { get; init; }
}

/// <summary>A point of a metric.</summary>
/// <param name="Step">Epoch or optimizer step.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Value">Null where the value is NaN; infinities are the largest finite numbers.</param>
public sealed record MetricSeriesPoint(long Step, long Timestamp, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value);
