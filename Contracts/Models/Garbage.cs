namespace Linnaeus.Contracts;

/// <summary>
/// <c>POST /api/gc</c>: removes for good what was deleted long enough ago (versions, runs, logged models, experiments, whose names become free), and all
/// bytes that nothing refers to any more. Runs that a remaining version was made by, or has its files in, are kept.
/// </summary>
public sealed record GarbageRequest
{
    /// <summary>Only list what would go. Nothing is removed unless this is false.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>Days since the deletion: 0 or more. Bytes that nothing refers to go whatever their age, uploads that broke off after a day.</summary>
    public double OlderThanDays { get; init; } = 30;
}

/// <summary>What a collection removed, or would remove.</summary>
public sealed record GarbageReport
{
    public required bool DryRun { get; init; }

    /// <summary>Only what was deleted before this time goes.</summary>
    public required DateTimeOffset DeletedBefore { get; init; }
    public IReadOnlyList<GarbageVersion> Versions { get; init; } = [];
    public IReadOnlyList<GarbageRun> Runs { get; init; } = [];
    public IReadOnlyList<GarbageLoggedModel> LoggedModels { get; init; } = [];
    public IReadOnlyList<GarbageExperiment> Experiments { get; init; } = [];
    public IReadOnlyList<GarbageBlob> Blobs { get; init; } = [];

    /// <summary>Sum over <see cref="Blobs"/>: what the blob store gets back.</summary>
    public long Bytes { get; init; }

    /// <summary>Deleted things that stay, with the reason.</summary>
    public IReadOnlyList<KeptGarbage> Kept { get; init; } = [];
}

public sealed record GarbageVersion(string Model, string Version, DateTimeOffset DeletedAt);

/// <param name="Files">Artifacts of the run.</param>
/// <param name="Bytes">Their size together. Bytes that others share stay in the store.</param>
public sealed record GarbageRun(string RunId, string Name, string ExperimentId, DateTimeOffset DeletedAt, long Files, long Bytes);

/// <param name="Files">Files of the logged model.</param>
/// <param name="Bytes">Their size together. Bytes that others share stay in the store.</param>
public sealed record GarbageLoggedModel(string ModelId, string Name, string ExperimentId, DateTimeOffset DeletedAt, long Files, long Bytes);

public sealed record GarbageExperiment(string ExperimentId, string Name, DateTimeOffset DeletedAt);

/// <param name="Name">Name in the blob container.</param>
/// <param name="Bytes">Size; 0 for an upload that broke off.</param>
/// <param name="Sha256">Hash of the bytes; absent for an upload that broke off.</param>
public sealed record GarbageBlob(string Name, long Bytes, string? Sha256 = null);

/// <param name="Kind"><c>run</c>, <c>logged model</c> or <c>experiment</c>.</param>
public sealed record KeptGarbage(string Kind, string Id, string Reason);
