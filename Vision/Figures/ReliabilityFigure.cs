using System.Globalization;
using Linnaeus.Vision.Evaluation;

namespace Linnaeus.Vision.Figures;

/// <summary>A reliability diagram as SVG: accuracy by confidence, with a confidence histogram below.</summary>
public static class ReliabilityFigure
{
    private const double Width = 720, Left = 64, Top = 64, Side = 360, HistogramTop = Top + Side + 24, HistogramHeight = 84, Right = Left + Side;
    private const double Height = HistogramTop + HistogramHeight + 52;

    /// <summary>Draws the predictions without temperature scaling and, if available, with it.</summary>
    /// <param name="plain">Calibration without temperature scaling.</param>
    /// <param name="scaled">Calibration with temperature scaling; null without validation images.</param>
    /// <param name="temperature">The fitted temperature.</param>
    public static string Draw(CalibrationReport plain, CalibrationReport? scaled = null, double? temperature = null)
    {
        ArgumentNullException.ThrowIfNull(plain);
        var svg = new Svg(Width, Height, "Reliability diagram");
        svg.Text(Left, 28, "Reliability diagram", 16, bold: true);
        svg.Text(Left, 48, "Accuracy by confidence; below the diagonal = overconfident", 12, Svg.Faint);
        Axes(svg);
        foreach (var bin in plain.Bins.Where(bin => bin.Images > 0))
            DrawBin(svg, bin);
        svg.Line(X(0), Y(0), X(1), Y(1), Svg.Ink, 1.5, dashed: true);
        if (scaled is not null)
            Curve(svg, scaled);
        Histogram(svg, plain);
        Legend(svg, plain, scaled, temperature);
        return svg.ToString();
    }

    private static double X(double confidence) => Left + (confidence * Side);

    private static double Y(double accuracy) => Top + ((1 - accuracy) * Side);

    private static void Axes(Svg svg)
    {
        foreach (var tick in (ReadOnlySpan<double>)[0, 0.2, 0.4, 0.6, 0.8, 1])
        {
            var label = tick.ToString("0.#", CultureInfo.InvariantCulture);
            svg.Line(Left, Y(tick), Right, Y(tick), Svg.Grid);
            svg.Text(Left - 8, Y(tick) + 4, label, 11, Svg.Faint, "end");
            svg.Text(X(tick), HistogramTop + HistogramHeight + 18, label, 11, Svg.Faint, "middle");
        }

        svg.Text(18, Top + (Side / 2), "Accuracy", 12, Svg.Ink, "middle", turn: -90);
        svg.Text(Left + (Side / 2), Height - 12, "Confidence (probability of the predicted class)", 12, Svg.Ink, "middle");
    }

    private static void DrawBin(Svg svg, ReliabilityBin bin)
    {
        var (accuracy, confidence) = (bin.Accuracy!.Value, bin.Confidence!.Value);
        var (x, width) = (X(bin.Low) + 1, ((bin.High - bin.Low) * Side) - 2);
        svg.Rectangle(x, Y(accuracy), width, accuracy * Side, Svg.Colors[0], string.Create(CultureInfo.InvariantCulture,
            $"confidence {bin.Low:0.00} to {bin.High:0.00}: {bin.Images} images, mean confidence {confidence:0.000}, accuracy {accuracy:0.000}"));
        // The gap between accuracy and confidence.
        var (upper, lower) = (Math.Max(accuracy, confidence), Math.Min(accuracy, confidence));
        svg.Rectangle(x, Y(upper), width, (upper - lower) * Side, Svg.Colors[1], opacity: 0.45);
    }

    private static void Curve(Svg svg, CalibrationReport scaled)
    {
        var points = scaled.Bins.Where(bin => bin.Images > 0).Select(bin => (X: X(bin.Confidence!.Value), Y: Y(bin.Accuracy!.Value))).ToArray();
        svg.Path(points, Svg.Colors[2]);
        foreach (var (x, y) in points)
            svg.Circle(x, y, 3.5, Svg.Colors[2]);
    }

    private static void Histogram(Svg svg, CalibrationReport report)
    {
        var most = report.Bins.Max(bin => bin.Images);
        foreach (var bin in report.Bins.Where(bin => bin.Images > 0))
        {
            var height = (double)bin.Images / most * HistogramHeight;
            svg.Rectangle(X(bin.Low) + 1, HistogramTop + HistogramHeight - height, ((bin.High - bin.Low) * Side) - 2, height, Svg.Faint,
                $"{bin.Images} images");
        }

        svg.Line(Left, HistogramTop + HistogramHeight, Right, HistogramTop + HistogramHeight, Svg.Faint);
        svg.Text(18, HistogramTop + (HistogramHeight / 2), "Images", 12, Svg.Ink, "middle", turn: -90);
        svg.Text(Left - 8, HistogramTop + 8, most.ToString(CultureInfo.InvariantCulture), 11, Svg.Faint, "end");
        svg.Text(Left - 8, HistogramTop + HistogramHeight + 4, "0", 11, Svg.Faint, "end");
    }

    private static void Legend(Svg svg, CalibrationReport plain, CalibrationReport? scaled, double? temperature)
    {
        const double x = Right + 36;
        svg.Rectangle(x, Top + 8, 18, 12, Svg.Colors[0]);
        svg.Text(x + 28, Top + 18, "accuracy");
        svg.Rectangle(x, Top + 32, 18, 12, Svg.Colors[1], opacity: 0.45);
        svg.Text(x + 28, Top + 42, "gap to confidence");
        svg.Line(x, Top + 62, x + 18, Top + 62, Svg.Ink, 1.5, dashed: true);
        svg.Text(x + 28, Top + 66, "perfect calibration");
        svg.Text(x, Top + 108, Figures("ECE", plain.Ece), 20, bold: true);
        svg.Text(x, Top + 128, Figures("loss", plain.Loss) + " nats", 12, Svg.Faint);
        if (scaled is null || temperature is null)
            return;
        svg.Line(x, Top + 174, x + 18, Top + 174, Svg.Colors[2], 3);
        svg.Text(x + 28, Top + 178, Figures("after temperature scaling, T =", temperature.Value));
        svg.Text(x, Top + 206, Figures("ECE", scaled.Ece), 20, bold: true);
        svg.Text(x, Top + 226, Figures("loss", scaled.Loss) + " nats", 12, Svg.Faint);
    }

    private static string Figures(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.000}");
}
