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

    /// <summary>
    /// The steps that a chart of <paramref name="samples"/> points shows for several runs: evenly spread over the logged steps,
    /// plus the first and the last step of each run, as in MLflow.
    /// </summary>
    public async Task<List<long>> SampledStepsAsync(IReadOnlyCollection<long> runKeys, string key, long? start, long? end, int samples,
        CancellationToken cancellationToken)
    {
        SqlText From(string select) => new SqlText(select).Add(" FROM metrics WHERE ").In("run_key", runKeys).Add(" AND key = ").Value(key);
        SqlText Between(SqlText text) => text.Add(" AND step >= ").Value(start ?? long.MinValue).Add(" AND step <= ").Value(end ?? long.MaxValue);
        var steps = await Between(From("SELECT DISTINCT step")).Add(" ORDER BY step").ListAsync(db, static r => r.GetInt64(0), cancellationToken);
        if (steps.Count <= samples) return steps;
        var ends = await From("SELECT MIN(step), MAX(step)").Add(" GROUP BY run_key")
            .ListAsync(db, static r => new[] { r.GetInt64(0), r.GetInt64(1) }, cancellationToken);
        var spread = Enumerable.Range(0, samples).Select(i => steps[(int)((long)i * steps.Count / samples)]);
        return [.. spread.Append(steps[^1]).Concat(ends.SelectMany(e => e).Where(s => s >= steps[0] && s <= steps[^1])).Distinct().Order()];
    }

    /// <summary>All points at the given steps.</summary>
    public async Task<List<MetricPoint>> AtStepsAsync(long runKey, string key, IReadOnlyCollection<long> steps,
        CancellationToken cancellationToken) => steps.Count == 0 ? []
        : await new SqlText("SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_key = ").Value(runKey).Add(" AND key = ").Value(key)
            .Add(" AND ").In("step", steps).Add(" ORDER BY step, timestamp, value").ListAsync(db, Point, cancellationToken);

    /// <summary>
    /// About <paramref name="points"/> points of a metric at most, in order of step: see <see cref="MetricSampler"/>.
    /// Reads the history once, with constant memory.
    /// </summary>
    public async Task<(long Count, List<MetricPoint> Points)> DownsampleAsync(long runKey, string key, long? start, long? end, int points,
        CancellationToken cancellationToken)
    {
        SqlText From(string select) => new SqlText(select).Add(" FROM metrics WHERE run_key = ").Value(runKey).Add(" AND key = ").Value(key)
            .Add(" AND step >= ").Value(start ?? long.MinValue).Add(" AND step <= ").Value(end ?? long.MaxValue);
        var (count, anyNan) = (await From("SELECT COUNT(*), COALESCE(SUM(CASE WHEN is_nan THEN 1 ELSE 0 END), 0)")
            .ListAsync(db, static r => (r.GetInt64(0), r.GetInt64(1) > 0), cancellationToken))[0];
        var sampler = new MetricSampler(count, points, anyNan);
        await From("SELECT key, value, timestamp, step, is_nan").Add(" ORDER BY timestamp, step, value")
            .ReadAsync(db, [row => sampler.Add(Point(row))], cancellationToken);
        return (count, [.. sampler.Finish().OrderBy(p => p.Step).ThenBy(p => p.Timestamp)]);
    }

    private static MetricPoint Point(DbDataReader row) =>
        new(row.GetString(0), row.GetDouble(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4));
}
