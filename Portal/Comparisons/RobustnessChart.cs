using Linnaeus.Portal.Components.Charts;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Comparisons;

/// <summary>Accuracy over severity for one corruption.</summary>
public sealed record RobustnessChart(string Corruption, IReadOnlyList<ChartLine> Lines)
{
    private const string Clean = "none";

    /// <summary>One chart per corruption; clean accuracy is severity 0.</summary>
    public static IReadOnlyList<RobustnessChart> Of(VersionComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var clean = comparison.Robustness.Where(point => point.Corruption == Clean).ToList();
        return [.. comparison.Robustness.Where(point => point.Corruption != Clean).GroupBy(point => point.Corruption)
            .Select(points => new RobustnessChart(points.Key, LinesOf(comparison.Versions, [.. clean, .. points])))
            .Where(chart => chart.Lines.Count > 0)];
    }

    private static List<ChartLine> LinesOf(IReadOnlyList<ComparedVersion> versions, IReadOnlyList<RobustnessPoint> points) =>
        [.. versions.Select((version, index) => new ChartLine(Components.Display.Version(version.Model, version.Version), [.. points.Select(p => (double)p.Severity)], [.. points.Select(p => p.Accuracies[index])]))];
}
