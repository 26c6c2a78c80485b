using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Artifacts;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Uploads;

/// <summary>
/// Stores and removes files by path. Bytes are stored by content: a row points to the one blob with that SHA-256. The row
/// is written last, so that a file is either complete or absent. Deleting removes the row; the blob is removed once nothing refers to it.
/// </summary>
public sealed class ArtifactWriter(RegistryDb db, WriteGate gate, BlobStore blobs, UnboundBlobs unbound, RegisteredFiles registered,
    TimeProvider time, ILogger<ArtifactWriter> logger)
{
    /// <summary>
    /// Stores <paramref name="content"/> at <paramref name="path"/>, replacing an existing file. Repeating it with the same bytes changes
    /// nothing.
    /// </summary>
    /// <param name="path">Checked by <see cref="ArtifactPath"/>.</param>
    /// <param name="content">Read once, to its end.</param>
    /// <param name="expectedSha256">The sender's checksum, or null.</param>
    /// <param name="cancellationToken">Stops the upload; nothing is kept then.</param>
    /// <exception cref="RegistryException">The bytes differ from <paramref name="expectedSha256"/>, or a registered version has other bytes
    /// at
    /// this path; nothing is stored.</exception>
    public async Task<StoredArtifact> PutAsync(string path, Stream content, string? expectedSha256, CancellationToken cancellationToken)
    {
        string? begun = null, lost = null;
        try
        {
            var staged = await blobs.StageAsync(content, BeginAsync, AcceptAsync, cancellationToken);
            var kept = await gate.WriteAsync(db, token => RecordAsync(path, staged, lost, token), cancellationToken);
            if (begun is not null && kept != begun) await DiscardAsync(begun);
            return new StoredArtifact(path, staged.Size, staged.Sha256, kept);
        }
        catch (Exception) when (begun is not null)
        {
            await DiscardAsync(begun);
            throw;
        }

        Task BeginAsync(string blobName) => unbound.BeginAsync(begun = blobName, cancellationToken);

        async Task<bool> AcceptAsync(long size, string sha256)
        {
            if (expectedSha256 is not null && expectedSha256 != sha256)
                throw RegistryException.Invalid($"Content-Digest does not match: the request names SHA-256 {expectedSha256}, but the received bytes have {sha256}. Nothing was stored. Send the file again.");
            (var isStored, lost) = await LookAsync(sha256, cancellationToken);
            return !isStored;
        }
    }

    /// <summary>Stores an unbound blob of the store at <paramref name="path"/>. After a failure it stays unbound.</summary>
    public async Task<StoredArtifact> PutStagedAsync(string path, StagedBlob staged, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(staged);
        var (isStored, lost) = await LookAsync(staged.Sha256, cancellationToken);
        var recorded = isStored ? staged with { BlobName = "" } : staged;
        var kept = await gate.WriteAsync(db, token => RecordAsync(path, recorded, lost, token), cancellationToken);
        if (kept != staged.BlobName) await DiscardAsync(staged.BlobName);
        return new StoredArtifact(path, staged.Size, staged.Sha256, kept);
    }

    /// <summary>Whether these bytes are completely stored; if they were lost, also the name of the lost blob.</summary>
    private async Task<(bool IsStored, string? Lost)> LookAsync(string sha256, CancellationToken cancellationToken)
    {
        if (await db.Set<StoredBlob>().FirstOrDefaultAsync(b => b.Sha256 == sha256, cancellationToken) is not { } known) return (false, null);
        var isWhole = known.DamagedTime is null && await blobs.ExistsAsync(known.BlobName, cancellationToken);
        return (isWhole, isWhole ? null : known.BlobName);
    }

    /// <summary>Removes a file, or a folder with its contents; returns false if there is none.</summary>
    /// <exception cref="RegistryException">A registered version needs one of the files; nothing is removed.</exception>
    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var (from, to) = ArtifactPath.Below(path);
        if (await db.Set<Artifact>().Where(a => a.Path == path || (string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0))
            .ExecuteDeleteAsync(token) == 0) return false;
        await registered.RefuseRemovalAsync(path, token);
        return true;
    }, cancellationToken);

    /// <summary>
    /// Writes the rows and returns the name of the blob that is kept: another upload of the same bytes may have been faster.
    /// </summary>
    private async Task<string> RecordAsync(string path, StagedBlob staged, string? lost, CancellationToken cancellationToken)
    {
        await RefuseFileAsFolderAsync(path, cancellationToken);
        var kept = await BindAsync(staged, lost, cancellationToken);
        var now = time.UnixNow();
        while (await db.Database.ExecuteSqlAsync($"INSERT INTO artifacts (path, sha256, size, creation_time) VALUES ({path}, {staged.Sha256}, {staged.Size}, {now}) ON CONFLICT DO NOTHING", cancellationToken) == 0)
        {
            var present = await new SqlText("SELECT sha256 FROM artifacts WHERE path = ").Value(path).Add(Lock("UPDATE"))
                .ListAsync(db, static r => r.GetString(0), cancellationToken);
            if (present.Count == 0) continue; // just deleted
            if (present[0] == staged.Sha256) break;
            await registered.RefuseChangeAsync(path, staged.Sha256, cancellationToken);
            await db.Set<Artifact>().Where(a => a.Path == path).ExecuteUpdateAsync(s => s.SetProperty(a => a.Sha256, staged.Sha256)
                .SetProperty(a => a.Size, staged.Size).SetProperty(a => a.CreationTime, now), cancellationToken);
            break;
        }
        return kept;
    }

    /// <summary>Records the staged blob for its bytes, unless there is one, whose row is then locked against garbage collection.</summary>
    private async Task<string> BindAsync(StagedBlob staged, string? lost, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (staged.BlobName.Length > 0 && await AddBlobAsync(staged, lost, cancellationToken))
                await unbound.BindAsync(staged.BlobName, cancellationToken);
            var kept = await new SqlText("SELECT blob_name FROM blobs WHERE sha256 = ").Value(staged.Sha256).Add(Lock("KEY SHARE"))
                .ListAsync(db, static r => r.GetString(0), cancellationToken);
            if (kept.Count == 1) return kept[0];
            if (staged.BlobName.Length == 0)
                throw new RegistryException(ErrorCode.TemporarilyUnavailable, "Garbage collection just removed the stored copy of these bytes. Send the file again.");
        }
    }

    private async Task<bool> AddBlobAsync(StagedBlob staged, string? lost, CancellationToken cancellationToken)
    {
        if (lost is not null && await db.Set<StoredBlob>().Where(b => b.Sha256 == staged.Sha256 && b.BlobName == lost).ExecuteUpdateAsync(s => s
            .SetProperty(b => b.BlobName, staged.BlobName).SetProperty(b => b.DamagedTime, (long?)null), cancellationToken) == 1)
        {
            await unbound.AbandonAsync(lost, 0, cancellationToken);
            return true;
        }
        return await db.Database.ExecuteSqlAsync($"INSERT INTO blobs (sha256, size, blob_name, creation_time) VALUES ({staged.Sha256}, {staged.Size}, {staged.BlobName}, {time.UnixNow()}) ON CONFLICT DO NOTHING", cancellationToken) == 1;
    }

    /// <summary>No lock on SQLite, whose transaction is the only writer.</summary>
    private string Lock(string strength) => db.Database.IsNpgsql() ? $" FOR {strength}" : "";

    /// <summary>Clients download artifacts into folders, where one name cannot be both a file and a folder.</summary>
    private async Task RefuseFileAsFolderAsync(string path, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(path);
        if (await db.Set<Artifact>().AnyAsync(a => string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0, cancellationToken))
            throw RegistryException.Invalid($"'{path}' is a folder, so a file cannot have this name.");
        var parents = ArtifactPath.Parents(path);
        if (await db.Set<Artifact>().Where(a => parents.Contains(a.Path)).Select(a => a.Path).FirstOrDefaultAsync(cancellationToken) is { } file)
            throw RegistryException.Invalid($"'{file}' is a file, so it cannot be the folder of '{path}'.");
    }

    /// <summary>Releases an unneeded blob, even after the request was canceled. After a failure the commit may
    /// have succeeded although its response was lost: then the blob is bound and kept.</summary>
    private async Task DiscardAsync(string blobName)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await unbound.RemoveAsync(blobName, patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException || ErrorResponses.IsOutage(exception))
        {
            logger.LogWarning(exception, "Blob {BlobName} of an upload not removed; garbage collection will remove it.", blobName);
        }
    }
}
