using System.Globalization;
using Linnaeus.Portal.Components;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>Describes the rules of a promotion policy.</summary>
public static class PolicyText
{
    public static IReadOnlyList<string> Of(AliasPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var rules = policy.MinimumMetrics.Select(m => $"{m.Key} ≥ {Display.Number(m.Value)}").ToList();
        if (policy.NotBelowHolder is { } level)
            rules.Add(string.Create(CultureInfo.InvariantCulture, $"not significantly worse than current (McNemar, alpha = {level})"));
        if (policy.MaximumEce is { } ece)
            rules.Add($"ECE ≤ {Display.Number(ece)}");
        if (policy.VerifiedChecksum)
            rules.Add("checksums verified");
        if (policy.SameTestFingerprint)
            rules.Add("same test set as current");
        return rules;
    }
}
