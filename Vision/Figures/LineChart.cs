using System.Globalization;

namespace Linnaeus.Vision.Figures;

/// <summary>A line in a chart. Points whose value is null or not finite leave a gap.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="Points">Positions and values, by position ascending.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double? Y)> Points);

/// <summary>Line charts as SVG, on a light background.</summary>
public static class LineChart
{
    private const double Width = 720, Height = 400, Left = 64, Right = 24, Bottom = 52, LegendTop = 46, LegendRow = 18;

    /// <summary>Draws a chart.</summary>
    /// <param name="title">Heading.</param>
    /// <param name="xLabel">Label of the horizontal axis.</param>
    /// <param name="yLabel">Label of the vertical axis.</param>
    /// <param name="series">Lines; empty ones are omitted.</param>
    /// <param name="range">Fixed range of the vertical axis; by default the rounded data range.</param>
    public static string Draw(string title, string xLabel, string yLabel, IReadOnlyList<ChartSeries> series, (double Low, double High)? range = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        var drawn = series.Select(s => s with { Points = [.. s.Points.Where(p => p.Y is { } y && double.IsFinite(y))] }).Where(s => s.Points.Count > 0).ToArray();
        var names = PlaceNames(drawn);
        var top = LegendTop + (LegendRow * (1 + names.Select(place => place.Row).DefaultIfEmpty(0).Max()));
        var svg = new Svg(Width, Height, title);
        svg.Text(Left, 28, title, 16, bold: true);
        var xTicks = Ticks(drawn.SelectMany(s => s.Points).Select(p => p.X).DefaultIfEmpty(0), whole: true);
        var yTicks = Ticks(range is { } fixedRange ? [fixedRange.Low, fixedRange.High] : drawn.SelectMany(s => s.Points).Select(p => p.Y!.Value).DefaultIfEmpty(0));
        double X(double x) => Left + ((x - xTicks[0]) / (xTicks[^1] - xTicks[0]) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - yTicks[0]) / (yTicks[^1] - yTicks[0]) * (Height - top - Bottom));

        foreach (var tick in yTicks)
        {
            svg.Line(Left, Y(tick), Width - Right, Y(tick), Svg.Grid);
            svg.Text(Left - 8, Y(tick) + 4, Label(tick), 11, Svg.Faint, "end");
        }

        foreach (var tick in xTicks)
            svg.Text(X(tick), Height - Bottom + 18, Label(tick), 11, Svg.Faint, "middle");
        svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, Svg.Faint);
        svg.Text((Left + Width - Right) / 2, Height - 12, xLabel, 12, Svg.Ink, "middle");
        svg.Text(18, (top + Height - Bottom) / 2, yLabel, 12, Svg.Ink, "middle", turn: -90);

        for (var i = 0; i < drawn.Length; i++)
        {
            var color = Svg.Colors[i % Svg.Colors.Count];
            var (x, y) = (names[i].X, LegendTop + (LegendRow * names[i].Row));
            svg.Line(x, y, x + 18, y, color, 3);
            svg.Text(x + 24, y + 4, drawn[i].Name);
            DrawSeries(svg, drawn[i], color, X, Y);
        }

        return svg.ToString();
    }

    private static void DrawSeries(Svg svg, ChartSeries series, string color, Func<double, double> placeX, Func<double, double> placeY)
    {
        svg.Path(series.Points.Select(p => (placeX(p.X), placeY(p.Y!.Value))), color);
        var radius = series.Points.Count > 60 ? 1.5 : 3;
        foreach (var (x, y) in series.Points)
            svg.Circle(placeX(x), placeY(y!.Value), radius, color, $"{series.Name}, {Label(x)}: {y.Value.ToString("g5", CultureInfo.InvariantCulture)}");
    }

    /// <summary>Legend positions, in as many rows as needed.</summary>
    private static List<(double X, int Row)> PlaceNames(ChartSeries[] series)
    {
        var places = new List<(double X, int Row)>();
        var (x, row) = (Left, 0);
        foreach (var width in series.Select(s => 44 + (7.0 * s.Name.Length)))
        {
            if (x > Left && x + width > Width - Right)
                (x, row) = (Left, row + 1);
            places.Add((x, row));
            x += width;
        }

        return places;
    }

    /// <summary>About six round numbers (spaced by 1, 2 or 5 times a power of ten) that enclose the values.</summary>
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
        // Integer multiples avoid accumulated rounding errors.
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }

    private static string Label(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
