using System.Globalization;
using Linnaeus.Registry.Comparisons;
using Linnaeus.Registry.Evaluations;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Promotion;

/// <summary>Checks a version against the policy of an alias.</summary>
internal sealed class PolicyCheck(AliasStore aliases, ModelReader reader, EvaluationReader evaluations, VersionVerifier verifier)
{
    private const string NoHolder = "no current version to compare with";

    /// <summary>Checks every rule of the alias's policy; empty when there is no policy.</summary>
    public async Task<List<RuleResult>> RunAsync(AliasState state, VersionDetails candidate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Rules is not { } policy) return [];
        var evaluation = await evaluations.ReadAsync(candidate, cancellationToken);
        var results = policy.MinimumMetrics.Select(bound => Metric(evaluation, bound.Key, bound.Value)).ToList();
        if (policy.MaximumEce is { } ece) results.Add(Ece(evaluation, ece));
        if (policy.NotBelowHolder is not null || policy.SameTestFingerprint)
        {
            var holder = await aliases.HolderAsync(state, cancellationToken) is { } version
                ? await evaluations.ReadAsync(await reader.VersionAsync(candidate.Name, version, cancellationToken), cancellationToken) : null;
            if (policy.SameTestFingerprint) results.Add(SameTest(evaluation, holder));
            if (policy.NotBelowHolder is { } level) results.Add(NotBelow(evaluation, holder, level));
        }
        if (policy.VerifiedChecksum) results.Add(await ChecksumAsync(candidate, cancellationToken));
        return results;
    }

    private static RuleResult Metric(VersionEvaluation evaluation, string name, double bound)
    {
        var rule = $"minimum_metrics.{name}";
        if (!evaluation.Metrics.TryGetValue(name, out var value))
            return new RuleResult(rule, false, Text($"the version's run has no metric {name}; the minimum is {bound}"), null, bound);
        return new RuleResult(rule, value >= bound, value >= bound ? Text($"{value} >= {bound}")
            : Text($"{value} < {bound}"), value, bound);
    }

    private static RuleResult Ece(VersionEvaluation evaluation, double bound)
    {
        const string rule = "maximum_ece";
        if (evaluation.Ece is not { } value)
            return new RuleResult(rule, false,
                Text($"the version's run has no calibration error (test_ece); the maximum is {bound}"), null, bound);
        return new RuleResult(rule, value <= bound, value <= bound ? Text($"{value:0.####} <= {bound}")
            : Text($"{value:0.####} > {bound}"), value, bound);
    }

    private static RuleResult SameTest(VersionEvaluation evaluation, VersionEvaluation? holder)
    {
        const string rule = "same_test_fingerprint";
        if (holder is null) return new RuleResult(rule, true, NoHolder);
        return PairedPredictions.IsSameTest(holder, evaluation)
            ? new RuleResult(rule, true, $"same test set as {Describe(holder)}")
            : new RuleResult(rule, false, $"the test set is {Data(evaluation)}, that of {Describe(holder)} is {Data(holder)}");

        static string Data(VersionEvaluation tested) => tested.Fingerprint ?? "unknown";
    }

    private static RuleResult NotBelow(VersionEvaluation evaluation, VersionEvaluation? holder, double level)
    {
        const string rule = "not_below_holder";
        if (holder is null) return new RuleResult(rule, true, NoHolder);
        if (PairedPredictions.Of(holder, evaluation, out var reason) is not { } pairs)
            return new RuleResult(rule, false, $"no comparison with {Describe(holder)}: {reason}", null, level);
        var p = McNemarTest.PValue(pairs.Lost, pairs.Gained);
        var isBelow = pairs.Lost > pairs.Gained && p <= level;
        var numbers = Text($"{pairs.SecondRight} of {pairs.Count} test images correct, {Describe(holder)}: {pairs.FirstRight}")
            + Text($" ({pairs.Lost} regressed, {pairs.Gained} fixed; McNemar's exact p = {p:G4})");
        return new RuleResult(rule, !isBelow, isBelow ? Text($"{numbers}; significantly worse at alpha = {level}") : numbers, p, level);
    }

    private static string Describe(VersionEvaluation holder) => $"the current version v{holder.Details.Version.Version}";

    private async Task<RuleResult> ChecksumAsync(VersionDetails candidate, CancellationToken cancellationToken)
    {
        var report = await verifier.VerifyAsync(candidate, cancellationToken);
        return new RuleResult("verified_checksum", report.Verified, report.Message ?? $"checksums of {report.Files.Count} files verified");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
