using System.Globalization;
using Linnaeus.Vision.Evaluation;

namespace Linnaeus.Vision.Figures;

/// <summary>Per-class F1, precision and recall as SVG, by ascending F1.</summary>
public static class PerClassFigure
{
    private const double Row = 16, Top = 76, Plot = 440, Bottom = 48, Right = 76;

    /// <summary>Draws an F1 bar for each class that occurs or is predicted, with markers for precision and recall.</summary>
    /// <param name="perClass">Every class in order.</param>
    /// <param name="classes">Class names in the same order.</param>
    public static string Draw(IReadOnlyList<ClassReport> perClass, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(perClass);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != perClass.Count)
            throw new ArgumentException($"{perClass.Count} classes need {perClass.Count} names, got {classes.Count}.", nameof(classes));
        var rows = perClass.Where(c => c.F1 is not null).OrderBy(c => c.F1).ThenBy(c => c.Class).ToArray();
        var left = 28 + (6.5 * rows.Select(c => classes[c.Class].Length).DefaultIfEmpty(0).Max());
        var bottom = Top + (rows.Length * Row);
        var svg = new Svg(left + Plot + Right, bottom + Bottom, "Per-class F1");
        svg.Text(16, 28, "Per-class F1 (ascending)", 16, bold: true);
        Legend(svg);
        foreach (var tick in (ReadOnlySpan<double>)[0, 0.2, 0.4, 0.6, 0.8, 1])
        {
            svg.Line(left + (tick * Plot), Top, left + (tick * Plot), bottom, Svg.Grid);
            svg.Text(left + (tick * Plot), bottom + 18, tick.ToString("0.#", CultureInfo.InvariantCulture), 11, Svg.Faint, "middle");
        }

        for (var i = 0; i < rows.Length; i++)
            DrawRow(svg, rows[i], classes[rows[i].Class], left, Top + (i * Row));
        svg.Text(left + Plot + Right - 12, Top - 8, "images", 11, Svg.Faint, "end");
        return svg.ToString();
    }

    private static void Legend(Svg svg)
    {
        svg.Rectangle(16, 43, 18, 10, Svg.Colors[5]);
        svg.Text(40, 52, "F1");
        svg.Circle(80, 48, 4, Svg.Colors[1]);
        svg.Text(90, 52, "precision: TP / (TP + FP)");
        svg.Circle(345, 48, 4, Svg.Colors[0]);
        svg.Text(355, 52, "recall: TP / (TP + FN)");
    }

    private static void DrawRow(Svg svg, ClassReport report, string name, double left, double top)
    {
        var middle = top + (Row / 2);
        svg.Text(left - 8, middle + 4, name, 11, Svg.Ink, "end");
        svg.Rectangle(left, top + 2, report.F1!.Value * Plot, Row - 4, Svg.Colors[5], Tooltip("F1", name, report.F1.Value));
        if (report.Precision is { } precision)
            svg.Circle(left + (precision * Plot), middle, 4, Svg.Colors[1], Tooltip("precision", name, precision));
        if (report.Accuracy is { } recall)
            svg.Circle(left + (recall * Plot), middle, 4, Svg.Colors[0], Tooltip("recall", name, recall));
        svg.Text(left + Plot + Right - 12, middle + 4, report.Images.ToString(CultureInfo.InvariantCulture), 11, Svg.Faint, "end");
    }

    private static string Tooltip(string figure, string name, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}: {figure} {value:0.000}");
}
