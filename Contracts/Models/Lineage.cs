using System.Text.Json;

namespace Linnaeus.Contracts;

/// <summary>A version by name and number.</summary>
/// <param name="Deleted">Whether the version is deleted; it can still be restored.</param>
public sealed record VersionReference(string Model, string Version, bool Deleted = false);

/// <summary>The run that created a version.</summary>
/// <param name="Status">MLflow's status, e.g. <c>FINISHED</c>.</param>
/// <param name="Deleted">Whether the run is deleted; the version keeps its files.</param>
public sealed record LineageRun(string RunId, string Name, string ExperimentId, string Experiment, string Status, bool Deleted);

/// <summary>The job that created a version.</summary>
public sealed record LineageJob(string Id, JobStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <summary>The data that a version was trained on.</summary>
/// <param name="Fingerprint">Hash of the sorted file hashes and labels; otherwise the digest that the run logged.</param>
public sealed record LineageDataset(string Name, string Fingerprint);

/// <summary>
/// Answer of <c>GET /api/models/{name}/versions/{version}/lineage</c>. Unknown parts are absent: a version from another client may
/// have no run, and a run without a job has neither job nor spec.
/// </summary>
public sealed record VersionLineage
{
    public required string Model { get; init; }
    public required string Version { get; init; }
    public LineageRun? Run { get; init; }
    public LineageJob? Job { get; init; }

    /// <summary>The job's spec, defaults filled in.</summary>
    public JsonElement? Spec { get; init; }
    public LineageDataset? Dataset { get; init; }

    /// <summary>The version that this one was fine-tuned from or copied from.</summary>
    public VersionReference? Parent { get; init; }

    /// <summary>Versions fine-tuned or copied from this one, by model and number.</summary>
    public IReadOnlyList<VersionReference> Children { get; init; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ExplanationRecord> Explanations { get; init; } = [];

    /// <summary>32 hex digits: the trace from the request that submitted the job to the registration.</summary>
    public string? TraceId { get; init; }
}
