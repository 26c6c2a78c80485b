using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>A policy as a form holds it.</summary>
public sealed class PolicyDraft
{
    /// <summary>The usual level of a test: worse by more than chance is refused.</summary>
    private const double UsualLevel = 0.05;

    public List<MinimumDraft> Minimums { get; } = [];

    public bool NotBelowHolder { get; set; }

    public double Level { get; set; } = UsualLevel;

    public double? MaximumEce { get; set; }

    public bool VerifiedChecksum { get; set; }

    public bool SameTestFingerprint { get; set; }

    /// <param name="policy">What holds now; null where there is none: what most want is proposed.</param>
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

    /// <summary>The policy; rows without a metric or a value count for nothing, and of two for one metric the later one counts.</summary>
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

/// <summary>The least value of a metric.</summary>
public sealed class MinimumDraft
{
    public string Metric { get; set; } = "";

    public double? Value { get; set; }
}
