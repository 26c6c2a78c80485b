using Linnaeus.Portal.Components.Charts;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>A chart of a metric group.</summary>
public sealed record MetricChart(string Title, IReadOnlyList<ChartLine> Lines);

/// <summary>Caches metric histories of runs and reads only those that have grown.</summary>
/// <param name="points">Max points per line; longer histories are downsampled.</param>
public sealed class RunCurves(RegistryClient registry, int points = 1000)
{
    private const int AtOnce = 6;

    private readonly Dictionary<(string RunId, string Key), (Metric Last, ChartLine Line)> _lines = [];

    /// <summary>Reads new values of the metrics <paramref name="keys"/>.</summary>
    /// <returns>Whether a line has changed.</returns>
    public async Task<bool> ReadAsync(IReadOnlyList<Run> runs, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var grown = (from run in runs from key in keys where run.Metrics.TryGetValue(key, out var last) && IsNew(run.RunId, last) select (run.RunId, run.Metrics[key])).ToList();
        foreach (var some in grown.Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(m => registry.Runs.GetSeriesAsync(m.RunId, m.Item2.Key, points, cancellationToken)));
            foreach (var ((run, last), series) in some.Zip(read))
                _lines[(run, last.Key)] = (last, ChartLine.Of(last.Key, series));
        }
        return grown.Count > 0;
    }

    public ChartLine? Find(string runId, string key) => _lines.TryGetValue((runId, key), out var known) ? known.Line : null;

    /// <summary>The charts of a run, one per metric group; lines with a single point are left out.</summary>
    public IReadOnlyList<MetricChart> ChartsOf(string runId, IEnumerable<string> keys) =>
    [
        .. MetricGroups.Of(keys)
            .Select(group => new MetricChart(group.Title, [.. group.Keys.Select(key => Find(runId, key)).OfType<ChartLine>().Where(line => line.X.Count > 1)]))
            .Where(chart => chart.Lines.Count > 0),
    ];

    private bool IsNew(string runId, Metric last) => !_lines.TryGetValue((runId, last.Key), out var known) || known.Last != last;
}
