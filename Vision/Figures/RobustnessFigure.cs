using System.Globalization;
using Linnaeus.Vision.Robustness;

namespace Linnaeus.Vision.Figures;

/// <summary>Accuracy by severity of every corruption as SVG.</summary>
public static class RobustnessFigure
{
    /// <summary>Draws one line per corruption, starting at the clean accuracy (severity 0).</summary>
    public static string Draw(RobustnessReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var title = string.Create(CultureInfo.InvariantCulture,
            $"Robustness: {report.CleanAccuracy:0.0%} clean, {report.MeanAccuracy:0.0%} corrupted ({report.Images} images)");
        return LineChart.Draw(title, "Severity (0 = clean)", "Accuracy",
            [.. report.Corruptions.Select(corruption => new ChartSeries(Label(corruption.Name), Points(corruption, report.CleanAccuracy)))],
            range: (0, 1));
    }

    private static IReadOnlyList<(double X, double? Y)> Points(CorruptionReport corruption, double clean) =>
        [(0, clean), .. corruption.Severities.Select(severity => ((double)severity.Severity, (double?)severity.Accuracy))];

    private static string Label(string name) => name == "jpeg" ? "JPEG" : name.Replace('_', ' ');
}
