using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>A promotion policy being edited in a form.</summary>
public sealed class PolicyDraft
{
    /// <summary>Default significance level of McNemar's test.</summary>
    private const double UsualLevel = 0.05;

    public List<MinimumDraft> Minimums { get; } = [];

    public bool NotBelowHolder { get; set; }

    public double Level { get; set; } = UsualLevel;

    public double? MaximumEce { get; set; }

    public bool VerifiedChecksum { get; set; }

    public bool SameTestFingerprint { get; set; }

    /// <param name="policy">The current policy; null proposes the usual rules.</param>
    public static PolicyDraft Of(AliasPolicy? policy)
    {
        var draft = new PolicyDraft
        {
            NotBelowHolder = policy is null || policy.NotBelowHolder is not null,
            Level = policy?.NotBelowHolder ?? UsualLevel,
            MaximumEce = policy?.MaximumEce,
            VerifiedChecksum = policy?.VerifiedChecksum ?? true,
            SameTestFingerprint = policy?.SameTestFingerprint ?? false,
        };
        draft.Minimums.AddRange(policy?.MinimumMetrics.Select(metric => new MinimumDraft { Metric = metric.Key, Value = metric.Value }) ?? []);
        return draft;
    }

    /// <summary>Ignores rows without a metric or value; the last of several rows for a metric wins.</summary>
    public AliasPolicy ToPolicy()
    {
        var minimums = new Dictionary<string, double>();
        foreach (var row in Minimums)
        {
            if (row.Metric.Trim() is { Length: > 0 } metric && row.Value is { } value)
                minimums[metric] = value;
        }
        return new AliasPolicy
        {
            MinimumMetrics = minimums,
            NotBelowHolder = NotBelowHolder ? Level : null,
            MaximumEce = MaximumEce,
            VerifiedChecksum = VerifiedChecksum,
            SameTestFingerprint = SameTestFingerprint,
        };
    }
}

/// <summary>Minimum of a metric.</summary>
public sealed class MinimumDraft
{
    public string Metric { get; set; } = "";

    public double? Value { get; set; }
}
