using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Where an alias points: <c>GET /api/models/{name}/aliases/{alias}</c>.</summary>
public sealed record AliasInfo
{
    public required string Model { get; init; }
    public required string Alias { get; init; }
    public required string Version { get; init; }

    /// <summary>Names this state; also the answer's <c>ETag</c>. Sent as <c>If-Match</c> it moves the alias only if nobody else has.</summary>
    public required string Etag { get; init; }

    /// <summary>The move that brought it here; absent for aliases older than the audit log.</summary>
    public AliasMoveInfo? LastMove { get; init; }
    public AliasPolicy? Policy { get; init; }
}

/// <summary><c>PUT /api/models/{name}/aliases/{alias}</c>.</summary>
/// <param name="Version">The version to point at.</param>
/// <param name="Reason">Why, for the audit log.</param>
/// <param name="By">Who asks; the name of the request's basic authentication, or its client's address, when absent.</param>
/// <param name="Override">Moves against the alias's policy. Needs a reason; the broken rules are kept in the audit log.</param>
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

    /// <summary>Absent when the alias was not there.</summary>
    public string? From { get; init; }

    /// <summary>Absent when the alias was removed.</summary>
    public string? To { get; init; }
    public string? Reason { get; init; }

    /// <summary>The rules of the policy that were overridden.</summary>
    public IReadOnlyList<RuleResult>? Overridden { get; init; }
}

/// <summary>
/// What a version must fulfil to get an alias: <c>PUT /api/models/{name}/policies/{alias}</c>. Rules that are left out do not apply.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AliasPolicy
{
    /// <summary>Least values of metrics of the version's run, by name, e.g. <c>test_accuracy</c>.</summary>
    public IReadOnlyDictionary<string, double> MinimumMetrics
    {
        get;
        init => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>
    /// The test accuracy may not be below the holder's: a version that is right on fewer test images is refused when McNemar's exact test
    /// (two-sided, on the paired predictions) gives a p-value at or below this level, 0 to 1. 0.05 refuses what is significantly worse, 1
    /// whatever is worse. The holder is the version that has the alias, or that had it last.
    /// </summary>
    public double? NotBelowHolder { get; init; }

    /// <summary>Highest expected calibration error on the test split, 0..1.</summary>
    public double? MaximumEce { get; init; }

    /// <summary>All files are read back and compared with their checksums before the move.</summary>
    public bool VerifiedChecksum { get; init; }

    /// <summary>The version must have been tested on the same data as the holder.</summary>
    public bool SameTestFingerprint { get; init; }
}

/// <summary>How a version stands to one rule of a policy.</summary>
/// <param name="Rule">Name of the rule in <see cref="AliasPolicy"/>, e.g. <c>minimum_metrics.test_accuracy</c>.</param>
/// <param name="Passed">Whether it is fulfilled.</param>
/// <param name="Message">By how much, or why not.</param>
/// <param name="Actual">The version's value, where the rule is about one.</param>
/// <param name="Bound">What is asked for.</param>
public sealed record RuleResult(string Rule, bool Passed, string Message, double? Actual = null, double? Bound = null);

/// <summary><c>GET /api/models/{name}/policies/{alias}/check?version=N</c>: what a move would meet; nothing is moved.</summary>
public sealed record PolicyReport(string Model, string Alias, string Version, bool Passed, IReadOnlyList<RuleResult> Rules);
