using System.Data.Common;
using Linnaeus.Registry.Data;

namespace Linnaeus.Registry.Tracking;

/// <summary>Reads the points of a metric in order of (timestamp, step, value).</summary>
public sealed class MetricHistory(RegistryDb db)
{
    private const string Order = " ORDER BY timestamp, step, value LIMIT ";

    public Task<List<MetricPoint>> ReadAsync(long runKey, string key, long count, long offset, CancellationToken cancellationToken) =>
        new SqlText("SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_key = ").Value(runKey).Add(" AND key = ").Value(key)
            .Add(Order).Value(count).Add(" OFFSET ").Value(offset).ListAsync(db, Point, cancellationToken);

    /// <summary>All points of the steps that a chart of <paramref name="samples"/> points needs: evenly spread, first and last step among
    /// them.</summary>
    public async Task<List<MetricPoint>> SampleAsync(long runKey, string key, long? start, long? end, int samples,
        CancellationToken cancellationToken)
    {
        var steps = await new SqlText("SELECT DISTINCT step FROM metrics WHERE run_key = ").Value(runKey).Add(" AND key = ").Value(key)
            .Add(" AND step >= ").Value(start ?? long.MinValue).Add(" AND step <= ").Value(end ?? long.MaxValue).Add(" ORDER BY step")
            .ListAsync(db, static r => r.GetInt64(0), cancellationToken);
        if (steps.Count > samples) steps = [.. Enumerable.Range(0, samples)
            .Select(i => steps[(int)((long)i * (steps.Count - 1) / (samples - 1))]).Distinct()];
        if (steps.Count == 0) return [];
        return await new SqlText("SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_key = ").Value(runKey)
            .Add(" AND key = ").Value(key)
            .Add(" AND ").In("step", steps).Add(" ORDER BY step, timestamp, value").ListAsync(db, Point, cancellationToken);
    }

    private static MetricPoint Point(DbDataReader row) =>
        new(row.GetString(0), row.GetDouble(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4));
}
