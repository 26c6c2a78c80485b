using System.Globalization;

namespace Linnaeus.Vision.Figures;

/// <summary>A confusion matrix as SVG.</summary>
public static class ConfusionMatrixFigure
{
    private const int MostLabels = 40;

    // White to dark blue in one hue: equal steps look equal, also in grayscale.
    private static readonly (int R, int G, int B) Light = (247, 251, 255), Dark = (8, 48, 107);

    /// <summary>Draws counts by true class (row) and predicted class (column); cells are shaded by row fraction.</summary>
    /// <param name="confusion">Counts, square.</param>
    /// <param name="classes">Class names in the matrix's order.</param>
    public static string Draw(IReadOnlyList<IReadOnlyList<int>> confusion, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != confusion.Count)
            throw new ArgumentException($"{confusion.Count} rows need {confusion.Count} class names, got {classes.Count}.", nameof(classes));
        var count = classes.Count;
        var labeled = count <= MostLabels;
        var cell = Math.Clamp(560.0 / Math.Max(1, count), 4, 44);
        var margin = labeled ? 40 + (6.5 * classes.Max(c => c.Length)) : 48;
        var (left, top, side) = (margin, 48 + margin, count * cell);
        var svg = new Svg(left + side + 24, top + side + 24, "Confusion matrix");
        svg.Text(16, 28, "Confusion matrix", 16, bold: true);
        svg.Text(left + (side / 2), 48, "Predicted class", 12, Svg.Ink, "middle");
        svg.Text(18, top + (side / 2), "True class", 12, Svg.Ink, "middle", turn: -90);
        for (var row = 0; row < count; row++)
        {
            if (labeled)
            {
                svg.Text(left - 8, top + ((row + 0.5) * cell) + 4, classes[row], 11, Svg.Faint, "end");
                svg.Text(left + ((row + 0.5) * cell) + 4, top - 8, classes[row], 11, Svg.Faint, "start", turn: -90);
            }

            DrawRow(svg, confusion[row], classes, row, (left, top + (row * cell)), cell);
        }

        return svg.ToString();
    }

    private static void DrawRow(Svg svg, IReadOnlyList<int> counts, IReadOnlyList<string> classes, int row, (double X, double Y) at, double cell)
    {
        var total = counts.Sum();
        for (var column = 0; column < counts.Count; column++)
        {
            var share = total == 0 ? 0 : (double)counts[column] / total;
            var x = at.X + (column * cell);
            svg.Rectangle(x + 0.5, at.Y + 0.5, cell - 1, cell - 1, Shade(share), $"{classes[row]} predicted as {classes[column]}: {counts[column]}");
            if (cell >= 20 && counts[column] > 0)
            {
                var number = counts[column].ToString(CultureInfo.InvariantCulture);
                svg.Text(x + (cell / 2), at.Y + (cell / 2) + 4, number, Math.Min(12, cell / number.Length), share > 0.5 ? "#ffffff" : Svg.Ink, "middle");
            }
        }
    }

    private static string Shade(double share)
    {
        int Mix(int light, int dark) => (int)Math.Round(light + ((dark - light) * share));
        return $"#{Mix(Light.R, Dark.R):x2}{Mix(Light.G, Dark.G):x2}{Mix(Light.B, Dark.B):x2}";
    }
}
