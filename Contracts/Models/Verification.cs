namespace Linnaeus.Contracts;

/// <summary>State of a file in the blob store.</summary>
public enum FileState { Verified, Missing, Damaged }

/// <summary>A file of a version, read back.</summary>
/// <param name="Path">Path inside the version's folder.</param>
/// <param name="Size">Bytes, as registered.</param>
/// <param name="Sha256">64 lowercase hex digits, as registered.</param>
/// <param name="Fault">The difference found; absent when the file is verified.</param>
public sealed record VerifiedFile(string Path, long Size, string Sha256, FileState State, string? Fault = null);

/// <summary>
/// Answer of <c>POST /api/models/{name}/versions/{version}/verify</c>: every file of the version was read back from the blob store and
/// compared. A mismatch sets the version's status (<c>FAILED_REGISTRATION</c>) and message until the files verify again; the tags
/// <c>linnaeus.checksum</c> (<c>verified</c> or <c>damaged</c>) and <c>linnaeus.checksum_time</c> record the latest verification.
/// </summary>
public sealed record VersionVerification
{
    public required string Model { get; init; }
    public required string Version { get; init; }

    /// <summary>True when there is at least one file and all match.</summary>
    public required bool Verified { get; init; }

    /// <summary>What is wrong and what to do; absent when all files match.</summary>
    public string? Message { get; init; }
    public required DateTimeOffset CheckedAt { get; init; }
    public IReadOnlyList<VerifiedFile> Files { get; init; } = [];
}
