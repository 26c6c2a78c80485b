using System.Globalization;
using Linnaeus.Portal.Components;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Comparisons;

/// <summary>Result of the significance test.</summary>
public enum Finding { Better, Worse, NoEvidence, Refused }

/// <summary>The result of a pairwise comparison in words.</summary>
/// <param name="Headline">One sentence.</param>
/// <param name="Evidence">The numbers, or why there are none.</param>
public sealed record Verdict(Finding Finding, string Headline, string Evidence)
{
    /// <summary>Significance level (alpha).</summary>
    public const double Level = 0.05;

    private const string Accuracy = "accuracy";

    /// <summary>One verdict per pair; several p-values are adjusted by Holm's method.</summary>
    public static IReadOnlyList<Verdict> Of(VersionComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var pairs = comparison.Pairs;
        var tested = pairs.Where(pair => pair.Statistics is not null).ToList();
        var adjusted = Holm([.. tested.Select(pair => pair.Statistics!.McnemarP)]);
        return [.. pairs.Select(pair => pair.Statistics is { } found ? Of(pair, found, adjusted[tested.IndexOf(pair)], tested.Count) : Refused(pair))];
    }

    /// <summary>
    /// Holm's step-down adjustment (1979): in ascending order, the i-th of m p-values is multiplied by m − i + 1 and is at least the previous one.
    /// The result keeps the order of <paramref name="values"/>.
    /// </summary>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var adjusted = new double[values.Count];
        var (least, left) = (0.0, values.Count);
        foreach (var index in Enumerable.Range(0, values.Count).OrderBy(i => values[i]))
            adjusted[index] = least = Math.Max(least, Math.Min(1, values[index] * left--));
        return adjusted;
    }

    /// <summary>A p-value with two digits and no line breaks: <c>p = 0.031</c>, <c>p &lt; 0.0001</c>.</summary>
    public static string P(double p) => p < 1e-4 ? "p\u00a0<\u00a00.0001" : Text($"p\u00a0=\u00a0{p:G2}");

    /// <summary>A signed difference of shares in percentage points: <c>+2.3</c>.</summary>
    public static string Points(double difference) => (100 * difference).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    private static Verdict Refused(VersionPair pair)
    {
        var (first, second) = (Display.Version(pair.First), Display.Version(pair.Second));
        return new(Finding.Refused, $"{second} and {first} cannot be compared", Sentence(pair.Refusal ?? "No reason given."));
    }

    private static Verdict Of(VersionPair pair, PairedStatistics found, double adjusted, int tests)
    {
        var isFound = adjusted < Level && found.Gained != found.Lost;
        var finding = !isFound ? Finding.NoEvidence : found.Gained > found.Lost ? Finding.Better : Finding.Worse;
        var (first, second) = (Display.Version(pair.First), Display.Version(pair.Second));
        var headline = finding switch
        {
            Finding.Better => $"{second} is better than {first}",
            Finding.Worse => $"{second} is worse than {first}",
            _ => $"No significant difference between {second} and {first}",
        };
        var accuracy = found.Differences.FirstOrDefault(d => d.Metric == Accuracy);
        var change = accuracy is null ? "" : Text(
            $"Accuracy {Display.Share(accuracy.First)} → {Display.Share(accuracy.Second)}: {Points(accuracy.Difference)} points, 95% CI {Points(accuracy.Low)} to {Points(accuracy.High)}. ");
        var test = Text($"{found.Images:#,0} paired images: {found.Gained:#,0} fixed, {found.Lost:#,0} regressed; McNemar's exact test: {P(found.McnemarP)}");
        var correction = tests > 1 ? $", {P(adjusted)} after Holm correction for {tests} comparisons." : ".";
        return new Verdict(finding, headline, change + test + correction);
    }

    private static string Sentence(string reason) => reason.Length == 0 ? reason : char.ToUpperInvariant(reason[0]) + reason[1..];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
