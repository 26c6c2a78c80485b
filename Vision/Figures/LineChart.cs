using System.Globalization;

namespace Linnaeus.Vision.Figures;

/// <summary>A line in a chart. Points whose value is null or not finite leave a gap.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="Points">Positions and values, by position ascending.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double? Y)> Points);

/// <summary>Line charts as SVG text, on a light background.</summary>
public static class LineChart
{
    private const double Width = 720, Height = 400, Left = 64, Right = 24, Top = 64, Bottom = 52;

    // Okabe and Ito's palette, told apart by colour-blind readers.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>Draws a chart.</summary>
    /// <param name="title">Heading.</param>
    /// <param name="xLabel">Label of the horizontal axis.</param>
    /// <param name="yLabel">Label of the vertical axis.</param>
    /// <param name="series">Lines; an empty one is left out.</param>
    /// <param name="range">Fixed range of the vertical axis; by default the data's, rounded.</param>
    public static string Draw(string title, string xLabel, string yLabel, IReadOnlyList<ChartSeries> series, (double Low, double High)? range = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        var drawn = series.Select(s => s with { Points = [.. s.Points.Where(p => p.Y is { } y && double.IsFinite(y))] }).Where(s => s.Points.Count > 0).ToArray();
        var svg = new Svg(Width, Height, title);
        svg.Text(Left, 28, title, 16, bold: true);
        var xTicks = Ticks(drawn.SelectMany(s => s.Points).Select(p => p.X).DefaultIfEmpty(0), whole: true);
        var yTicks = Ticks(range is { } fixedRange ? [fixedRange.Low, fixedRange.High] : drawn.SelectMany(s => s.Points).Select(p => p.Y!.Value).DefaultIfEmpty(0));
        double X(double x) => Left + ((x - xTicks[0]) / (xTicks[^1] - xTicks[0]) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - yTicks[0]) / (yTicks[^1] - yTicks[0]) * (Height - Top - Bottom));

        foreach (var tick in yTicks)
        {
            svg.Line(Left, Y(tick), Width - Right, Y(tick), Svg.Grid);
            svg.Text(Left - 8, Y(tick) + 4, Label(tick), 11, Svg.Faint, "end");
        }

        foreach (var tick in xTicks)
            svg.Text(X(tick), Height - Bottom + 18, Label(tick), 11, Svg.Faint, "middle");
        svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, Svg.Faint);
        svg.Text((Left + Width - Right) / 2, Height - 12, xLabel, 12, Svg.Ink, "middle");
        svg.Text(18, (Top + Height - Bottom) / 2, yLabel, 12, Svg.Ink, "middle", turn: -90);

        var legend = Left;
        for (var i = 0; i < drawn.Length; i++)
        {
            var colour = Colours[i % Colours.Length];
            svg.Path(drawn[i].Points.Select(p => (X(p.X), Y(p.Y!.Value))), colour);
            foreach (var (x, y) in drawn[i].Points)
                svg.Circle(X(x), Y(y!.Value), drawn[i].Points.Count > 60 ? 1.5 : 3, colour, $"{drawn[i].Name}, {Label(x)}: {y.Value.ToString("g5", CultureInfo.InvariantCulture)}");
            svg.Line(legend, 46, legend + 18, 46, colour, 3);
            svg.Text(legend + 24, 50, drawn[i].Name);
            legend += 44 + (7 * drawn[i].Name.Length);
        }

        return svg.ToString();
    }

    /// <summary>About six round numbers (1, 2 or 5 times a power of ten apart) that enclose the values.</summary>
    internal static double[] Ticks(IEnumerable<double> values, bool whole = false)
    {
        var all = values.ToArray();
        var (low, high) = (all.Min(), all.Max());
        if (high - low <= Math.Abs(high) * 1e-12)
            (low, high) = whole ? (low, low + 1) : (low - 0.5, high + 0.5);
        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(f => f * power).First(s => s >= rough * 0.999);
        if (whole)
            step = Math.Max(1, step);
        var (first, last) = ((long)Math.Floor((low / step) + 1e-9), (long)Math.Ceiling((high / step) - 1e-9));
        // From whole-number multiples, so that 0.1 + 0.2 does not creep in.
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }

    private static string Label(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
