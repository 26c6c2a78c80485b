using System.Globalization;
using Linnaeus.Portal.Components;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>The rules of a policy in words.</summary>
public static class PolicyText
{
    public static IReadOnlyList<string> Of(AliasPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var rules = policy.MinimumMetrics.Select(m => $"{m.Key} at least {Display.Number(m.Value)}").ToList();
        if (policy.NotBelowHolder is { } level)
            rules.Add(string.Create(CultureInfo.InvariantCulture, $"not worse than the holder (McNemar, p ≤ {level})"));
        if (policy.MaximumEce is { } ece)
            rules.Add($"calibration error at most {Display.Number(ece)}");
        if (policy.VerifiedChecksum)
            rules.Add("all files verified");
        if (policy.SameTestFingerprint)
            rules.Add("tested on the holder's data");
        return rules;
    }
}
