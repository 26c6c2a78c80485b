using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Explaining;

/// <summary>Texts about explanation methods.</summary>
public static class MethodText
{
    /// <summary>The method's own reliability check; null if it has none.</summary>
    public static (bool Good, string Text)? Trust(ExplanationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.HasPositiveEvidence is false)
            return (false, $"No positive evidence for {summary.TargetClass}: the map is empty.");
        if (summary.RelativeCompletenessError is not { } error)
            return null;
        return summary.Complete is true
            ? (true, $"Completeness error {Percent(Math.Max(error, 1e-4))}")
            : (false, $"Completeness error {Percent(error)} after {summary.StepsTaken} steps: do not rely on absolute values. The API accepts more steps.");
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.##}%");
}
