using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Verifies the files of a version in the blob store and records the result with the version.</summary>
public sealed class VersionVerifier(RegistryDb db, WriteGate gate, ArtifactFiles artifacts, BlobStore blobs, VersionStore versions, TimeProvider time)
{
    public const string ChecksumTag = "linnaeus.checksum";
    public const string TimeTag = "linnaeus.checksum_time";

    public async Task<VersionVerification> VerifyAsync(VersionDetails details, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(details);
        var version = details.Version;
        var folder = version.ArtifactPath ?? "";
        var placed = (await artifacts.FilesBelowAsync(folder, cancellationToken)).ToDictionary(f => f.Path);
        var checks = new List<VerifiedFile>();
        foreach (var file in await versions.FilesAsync(version.ModelId, version.Version, cancellationToken))
            checks.Add(await CheckAsync(file, placed.GetValueOrDefault(ArtifactPath.Combine(folder, file.Path)), cancellationToken));
        var report = new VersionVerification
        {
            Model = details.Name,
            Version = version.Version.ToString(CultureInfo.InvariantCulture),
            Verified = checks.Count > 0 && checks.TrueForAll(c => c.State == FileState.Verified),
            Message = Message(version, checks),
            CheckedAt = time.GetUtcNow(),
            Files = checks,
        };
        if (checks.Count > 0) await gate.WriteAsync(db, token => RecordAsync(version, report, token), cancellationToken);
        return report;
    }

    private async Task<VerifiedFile> CheckAsync(ModelFile file, StoredArtifact? placed, CancellationToken cancellationToken)
    {
        var blob = placed?.BlobName;
        if (blob is null) return Found(FileState.Missing, "the artifact was deleted");
        if (placed!.Sha256 != file.Sha256) return Found(FileState.Damaged, $"the artifact was replaced by one with SHA-256 {placed.Sha256}");
        var measured = await blobs.MeasureAsync(blob, cancellationToken);
        if (measured is not { } bytes) return Found(FileState.Missing, "its bytes are missing from the blob store");
        return bytes == (file.Size, file.Sha256) ? Found(FileState.Verified, null)
            : Found(FileState.Damaged, $"the blob store has {bytes.Size} bytes with SHA-256 {bytes.Sha256}");

        VerifiedFile Found(FileState state, string? fault) => new(file.Path, file.Size, file.Sha256, state, fault);
    }

    private async Task RecordAsync(ModelVersion version, VersionVerification report, CancellationToken cancellationToken)
    {
        var now = report.CheckedAt.ToUnixTimeMilliseconds();
        var bad = report.Files.Where(f => f.State != FileState.Verified).Select(f => f.Sha256).ToList();
        var good = report.Files.Where(f => f.State == FileState.Verified).Select(f => f.Sha256).ToList();
        await db.Set<StoredBlob>().Where(b => bad.Contains(b.Sha256)).ExecuteUpdateAsync(s => s.SetProperty(b => b.DamagedTime, now), cancellationToken);
        await db.Set<StoredBlob>().Where(b => good.Contains(b.Sha256) && b.DamagedTime != null)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.DamagedTime, (long?)null), cancellationToken);
        await versions.MarkAsync(version.ModelId, version.Version, report.Message, cancellationToken);
        await versions.WriteTagsAsync(version.ModelId, version.Version,
        [
            KeyValuePair.Create(ChecksumTag, report.Verified ? "verified" : "damaged"),
            KeyValuePair.Create(TimeTag, report.CheckedAt.ToString("O", CultureInfo.InvariantCulture)),
        ], cancellationToken);
    }

    private static string? Message(ModelVersion version, List<VerifiedFile> checks)
    {
        if (checks.Count == 0) return $"The version has no files in this store (its source is {version.Source}), so there is nothing to verify.";
        var faults = checks.Where(c => c.State != FileState.Verified).Select(c => $"{c.Path}: {c.Fault}").ToList();
        return faults.Count == 0 ? null
            : $"Checksum mismatch. {string.Join("; ", faults)}. Upload the original files to run {version.RunId} and verify the version again.";
    }
}
