namespace Linnaeus.Contracts;

/// <summary>
/// <c>POST /api/gc</c>: purges versions, runs, logged models and experiments that were deleted long enough ago, whose names become free,
/// and all orphaned blobs. Runs that created a remaining version or contain its files are kept.
/// </summary>
public sealed record GarbageRequest
{
    /// <summary>Only list the data. Nothing is removed unless this is false.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>
    /// Minimum days since the deletion: 0 or more. Orphaned blobs are removed at any age, interrupted uploads after a day.
    /// </summary>
    public double OlderThanDays { get; init; } = 30;
}

/// <summary>The data that garbage collection removed, or would remove.</summary>
public sealed record GarbageReport
{
    public required bool DryRun { get; init; }

    /// <summary>Only data deleted before this time is removed.</summary>
    public required DateTimeOffset DeletedBefore { get; init; }
    public IReadOnlyList<GarbageVersion> Versions { get; init; } = [];
    public IReadOnlyList<GarbageRun> Runs { get; init; } = [];
    public IReadOnlyList<GarbageLoggedModel> LoggedModels { get; init; } = [];
    public IReadOnlyList<GarbageExperiment> Experiments { get; init; } = [];
    public IReadOnlyList<GarbageBlob> Blobs { get; init; } = [];

    /// <summary>Total size of <see cref="Blobs"/>.</summary>
    public long Bytes { get; init; }

    /// <summary>Deleted data that is kept, with the reason.</summary>
    public IReadOnlyList<KeptGarbage> Kept { get; init; } = [];
}

public sealed record GarbageVersion(string Model, string Version, DateTimeOffset DeletedAt);

/// <param name="Files">Artifacts of the run.</param>
/// <param name="Bytes">Total size. Blobs that others share stay in the store.</param>
public sealed record GarbageRun(string RunId, string Name, string ExperimentId, DateTimeOffset DeletedAt, long Files, long Bytes);

/// <param name="Files">Files of the logged model.</param>
/// <param name="Bytes">Total size. Blobs that others share stay in the store.</param>
public sealed record GarbageLoggedModel(string ModelId, string Name, string ExperimentId, DateTimeOffset DeletedAt, long Files, long Bytes);

public sealed record GarbageExperiment(string ExperimentId, string Name, DateTimeOffset DeletedAt);

/// <param name="Name">Name in the blob container.</param>
/// <param name="Bytes">Size; 0 for an interrupted upload.</param>
/// <param name="Sha256">Absent for an interrupted upload.</param>
public sealed record GarbageBlob(string Name, long Bytes, string? Sha256 = null);

/// <param name="Kind"><c>run</c>, <c>logged model</c> or <c>experiment</c>.</param>
public sealed record KeptGarbage(string Kind, string Id, string Reason);
