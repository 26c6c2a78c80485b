using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>The current version of an alias: <c>GET /api/models/{name}/aliases/{alias}</c>.</summary>
public sealed record AliasInfo
{
    public required string Model { get; init; }
    public required string Alias { get; init; }
    public required string Version { get; init; }

    /// <summary>
    /// Identifies this state; also the <c>ETag</c> header. <c>If-Match</c> with it assigns the alias only if nobody else has changed it.
    /// </summary>
    public required string Etag { get; init; }

    /// <summary>The latest change; absent for aliases older than the audit log.</summary>
    public AliasMoveInfo? LastMove { get; init; }
    public AliasPolicy? Policy { get; init; }
}

/// <summary><c>PUT /api/models/{name}/aliases/{alias}</c>.</summary>
/// <param name="Version">The version to assign.</param>
/// <param name="Reason">For the audit log.</param>
/// <param name="By">User; absent, the request's basic authentication name or the client's address.</param>
/// <param name="Override">Overrides the alias's policy. Needs a reason; the failed rules are recorded in the audit log.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SetAliasRequest(
    [property: JsonConverter(typeof(VersionNumberConverter))] string Version,
    string? Reason = null,
    string? By = null,
    bool Override = false);

/// <summary>An entry of an alias's audit log.</summary>
public sealed record AliasMoveInfo
{
    public required DateTimeOffset At { get; init; }
    public required string By { get; init; }

    /// <summary>Absent when the alias was unassigned.</summary>
    public string? From { get; init; }

    /// <summary>Absent when the alias was removed.</summary>
    public string? To { get; init; }
    public string? Reason { get; init; }

    /// <summary>The policy rules that were overridden.</summary>
    public IReadOnlyList<RuleResult>? Overridden { get; init; }
}

/// <summary>
/// Promotion policy of an alias: <c>PUT /api/models/{name}/policies/{alias}</c>. All rules that are set must pass.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AliasPolicy
{
    /// <summary>Minimum metrics of the version's run by name, e.g. <c>test_accuracy</c>.</summary>
    public IReadOnlyDictionary<string, double> MinimumMetrics
    {
        get;
        init => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>
    /// Not significantly worse than current: McNemar's alpha, 0 to 1. A version with fewer correct test images fails when McNemar's exact
    /// test (two-sided, on the paired predictions) gives a p-value at or below alpha. 0.05 rejects versions that are significantly worse, 1
    /// all that are worse. The current version is the one that the alias points to, or last pointed to.
    /// </summary>
    public double? NotBelowHolder { get; init; }

    /// <summary>Maximum expected calibration error on the test split, 0..1.</summary>
    public double? MaximumEce { get; init; }

    /// <summary>All files must match their checksums when read back before the assignment.</summary>
    public bool VerifiedChecksum { get; init; }

    /// <summary>The version must have the same test set as the current version.</summary>
    public bool SameTestFingerprint { get; init; }
}

/// <summary>Result of one policy rule.</summary>
/// <param name="Rule">Name of the rule in <see cref="AliasPolicy"/>, e.g. <c>minimum_metrics.test_accuracy</c>.</param>
/// <param name="Message">The comparison, or why the rule failed.</param>
/// <param name="Actual">The version's value, for numeric rules.</param>
/// <param name="Bound">The required value.</param>
public sealed record RuleResult(string Rule, bool Passed, string Message, double? Actual = null, double? Bound = null);

/// <summary><c>GET /api/models/{name}/policies/{alias}/check?version=N</c>: checks the policy without assigning the alias.</summary>
public sealed record PolicyReport(string Model, string Alias, string Version, bool Passed, IReadOnlyList<RuleResult> Rules);
