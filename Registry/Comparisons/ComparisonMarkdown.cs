using System.Globalization;
using System.Text;

namespace Linnaeus.Registry.Comparisons;

/// <summary>A comparison as Markdown for a pull request.</summary>
internal static class ComparisonMarkdown
{
    private const int MostRows = 20;

    public static string Write(VersionComparison comparison)
    {
        var text = new StringBuilder();
        var names = comparison.Versions.Select(v => $"{v.Model}/{v.Version}").ToList();
        Line(text, $"## {string.Join(" vs ", names.Select(Cell))}\n");
        foreach (var pair in comparison.Pairs) Pair(text, pair);
        Table(text, "Metrics", ["metric", .. names], comparison.Metrics.Select(m => new[] { m.Name }.Concat(m.Values.Select(Number))));
        Table(text, "Config differences", ["field", .. names],
            comparison.SpecDifferences.Select(d => new[] { d.Name }.Concat(d.Values.Select(v => v?.GetRawText() ?? ""))));
        Table(text, "Robustness", ["corruption", "severity", .. names],
            comparison.Robustness.Select(r => new[] { r.Corruption, Count(r.Severity) }.Concat(r.Accuracies.Select(Number))));
        var bootstrap = comparison.Bootstrap;
        Line(text, $"_Intervals: paired bootstrap, {bootstrap.Samples} resamples, seed {bootstrap.Seed}, {bootstrap.Confidence:0%}._");
        return text.ToString();
    }

    private static void Pair(StringBuilder text, VersionPair pair)
    {
        Line(text, $"### {Cell(pair.Second)} vs {Cell(pair.First)}\n");
        if (pair.Statistics is not { } statistics)
        {
            Line(text, $"No paired metrics: {Cell(pair.Refusal ?? "")}\n");
            return;
        }
        Line(text, $"{statistics.Images} test images: {statistics.Gained} fixed, {statistics.Lost} regressed.\n");
        Line(text, $"McNemar's exact p = {statistics.McnemarP:G4}.\n");
        Table(text, null, ["metric", pair.First, pair.Second, "difference", "95% CI"], statistics.Differences.Select(d =>
            new[] { d.Metric, Number(d.First), Number(d.Second), Signed(d.Difference), $"{Signed(d.Low)} to {Signed(d.High)}" }));
        Table(text, "Per-class changes", ["class", "images", pair.First, pair.Second, "fixed", "regressed"], statistics.Classes.Take(MostRows).Select(c =>
            new[] { c.Name, Count(c.Images), Count(c.First), Count(c.Second), Count(c.Gained), Count(c.Lost) }));
        More(text, statistics.Classes.Count, "classes");
        Table(text, "Changed predictions", ["image", "label", $"{pair.First} predicted", $"{pair.Second} predicted", "change"], statistics.Changes.Take(MostRows).Select(c =>
            new[] { c.Image, c.Label, c.First, c.Second, c.Gained ? "fixed" : "regressed" }));
        More(text, statistics.Gained + statistics.Lost, "images");
    }

    private static void More(StringBuilder text, int count, string what)
    {
        if (count > MostRows) Line(text, $"... and {count - MostRows} more {what}.\n");
    }

    private static void Table(StringBuilder text, string? title, IReadOnlyList<string> head, IEnumerable<IEnumerable<string>> rows)
    {
        var cells = rows.Select(row => string.Join(" | ", row.Select(Cell))).ToList();
        if (cells.Count == 0) return;
        if (title is not null) Line(text, $"**{title}**\n");
        Line(text, $"| {string.Join(" | ", head.Select(Cell))} |");
        Line(text, $"|{string.Concat(Enumerable.Repeat(" --- |", head.Count))}");
        foreach (var row in cells) Line(text, $"| {row} |");
        text.Append('\n');
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Escapes user-defined names, which must not break tables or become markup.</summary>
    private static string Cell(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => c switch
    {
        '<' => "&lt;",
        '\\' or '|' or '`' or '[' or '*' => $"\\{c}",
        _ => c.ToString(),
    }));

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Number(double? value) => value is { } number ? Number(number) : "";

    private static string Signed(double value) => value.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
