using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Artifacts;

/// <summary>A stored file and where its bytes are.</summary>
public sealed record StoredArtifact(string Path, long Size, string Sha256, string BlobName);

/// <summary>An entry of a folder: a file with its size, or a folder.</summary>
public sealed record ArtifactEntry(string Name, long? Size);

/// <summary>
/// Files by path, bytes by content: a row in the database points at the one blob that holds the bytes with that SHA-256. The row is
/// written last,
/// so a file is either there whole or not at all. Deleting removes the row; the blob goes when nothing refers to it any more.
/// </summary>
public sealed class ArtifactStore(RegistryDb db, WriteGate gate, BlobStore blobs)
{
    /// <summary>Stores <paramref name="content"/> at <paramref name="path"/>, replacing what was there.</summary>
    /// <param name="path">Checked by <see cref="ArtifactPath"/>.</param>
    /// <param name="content">Read once, to its end.</param>
    /// <param name="expectedSha256">What the sender says it sends, or null.</param>
    /// <param name="cancellationToken">Stops the upload; nothing is kept then.</param>
    /// <exception cref="RegistryException">The bytes differ from <paramref name="expectedSha256"/>; nothing is kept.</exception>
    public async Task<StoredArtifact> PutAsync(string path, Stream content, string? expectedSha256, CancellationToken cancellationToken)
    {
        var isLost = false;
        var staged = await blobs.StageAsync(content, async (_, sha256) =>
        {
            if (expectedSha256 is not null && expectedSha256 != sha256)
                throw RegistryException.Invalid($"Content-Digest does not match: the request names SHA-256 {expectedSha256}, but the bytes received have {sha256}. Nothing was stored; send the file again.");
            if (await db.Blobs.Where(b => b.Sha256 == sha256).Select(b => b.BlobName)
                .FirstOrDefaultAsync(cancellationToken) is not { } known) return true;
            isLost = !await blobs.ExistsAsync(known, cancellationToken);
            return isLost;
        }, cancellationToken);
        try
        {
            var kept = await gate.WriteAsync(db, token => RecordAsync(path, staged, isLost, token), cancellationToken);
            if (staged.BlobName.Length > 0 && kept != staged.BlobName) await blobs.DeleteAsync(staged.BlobName, cancellationToken);
            return new StoredArtifact(path, staged.Size, staged.Sha256, kept);
        }
        catch (Exception) when (staged.BlobName.Length > 0)
        {
            await DiscardAsync(staged);
            throw;
        }
    }

    public async Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken) =>
        await db.Artifacts.Where(a => a.Path == path)
            .Join(db.Blobs, a => a.Sha256, b => b.Sha256, (a, b) => new StoredArtifact(a.Path, a.Size, a.Sha256, b.BlobName))
            .FirstOrDefaultAsync(cancellationToken);

    public async Task<StoredArtifact> GetAsync(string path, CancellationToken cancellationToken) =>
        await FindAsync(path, cancellationToken) ?? throw RegistryException.NotFound($"No such artifact: '{path}'");

    /// <summary>All files below <paramref name="folder"/>, sorted by path.</summary>
    public Task<List<StoredArtifact>> FilesBelowAsync(string folder, CancellationToken cancellationToken)
    {
        var (from, to) = Range(folder);
        var files =
            from artifact in db.Artifacts
            join blob in db.Blobs on artifact.Sha256 equals blob.Sha256
            where string.Compare(artifact.Path, @from) >= 0 && string.Compare(artifact.Path, to) < 0
            orderby artifact.Path
            select new StoredArtifact(artifact.Path, artifact.Size, artifact.Sha256, blob.BlobName);
        return files.ToListAsync(cancellationToken);
    }

    /// <summary>What is directly in <paramref name="folder"/>; a folder is there while a file is below it.</summary>
    public async Task<List<ArtifactEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var (from, to) = Range(folder);
        var prefix = folder.Length == 0 ? 0 : folder.Length + 1;
        var entries = new List<ArtifactEntry>();
        var rows = db.Artifacts.Where(a => string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0).OrderBy(a => a.Path)
            .Select(a => new { a.Path, a.Size });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var slash = row.Path.IndexOf('/', prefix);
            var name = slash < 0 ? row.Path[prefix..] : row.Path[prefix..slash];
            if (slash < 0) entries.Add(new ArtifactEntry(name, row.Size));
            else if (entries.Count == 0 || entries[^1].Size is not null
                || entries[^1].Name != name) entries.Add(new ArtifactEntry(name, null));
        }
        // Files sort before the folder contents only by chance: `a.txt` lies between `a` and `a/b`.
        return [.. entries.DistinctBy(e => (e.Name, e.Size is null)).OrderBy(e => e.Name, StringComparer.Ordinal)];
    }

    /// <summary>Removes a file, or a folder with all below it; false when nothing was there.</summary>
    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var (from, to) = Range(path);
        return await db.Artifacts.Where(a => a.Path == path || (string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0))
            .ExecuteDeleteAsync(token) > 0;
    }, cancellationToken);

    public Task<Stream> OpenAsync(StoredArtifact artifact, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return blobs.OpenAsync(artifact.BlobName, offset, length, cancellationToken);
    }

    /// <summary>Writes the rows and returns the name of the blob that is kept: another upload of the same bytes may have come
    /// first.</summary>
    private async Task<string> RecordAsync(string path, StagedBlob staged, bool replacesLost, CancellationToken cancellationToken)
    {
        await RefuseFileAsFolderAsync(path, cancellationToken);
        var now = Clock.Now;
        if (staged.BlobName.Length > 0 && replacesLost)
            await db.Blobs.Where(b => b.Sha256 == staged.Sha256)
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.BlobName, staged.BlobName), cancellationToken);
        else if (staged.BlobName.Length > 0)
            await db.Database.ExecuteSqlAsync($"INSERT INTO blobs (sha256, size, blob_name, creation_time) VALUES ({staged.Sha256}, {staged.Size}, {staged.BlobName}, {now}) ON CONFLICT DO NOTHING", cancellationToken);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO artifacts (path, sha256, size, creation_time) VALUES ({path}, {staged.Sha256}, {staged.Size}, {now})
            ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, creation_time = excluded.creation_time
            """, cancellationToken);
        return await db.Blobs.Where(b => b.Sha256 == staged.Sha256).Select(b => b.BlobName).SingleAsync(cancellationToken);
    }

    /// <summary>Clients unpack artifacts into folders, where one name cannot be a file and a folder.</summary>
    private async Task RefuseFileAsFolderAsync(string path, CancellationToken cancellationToken)
    {
        var (from, to) = Range(path);
        if (await db.Artifacts.AnyAsync(a => string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0, cancellationToken))
            throw RegistryException.Invalid($"'{path}' is a folder of artifacts; a file cannot have its name.");
        var parents = new List<string>();
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1)) parents.Add(path[..slash]);
        if (await db.Artifacts.Where(a => parents.Contains(a.Path)).Select(a => a.Path).FirstOrDefaultAsync(cancellationToken) is { } file)
            throw RegistryException.Invalid($"'{file}' is an artifact; it cannot be the folder of '{path}'.");
    }

    /// <summary>After a failure, when the request's own token may be cancelled already.</summary>
    private async Task DiscardAsync(StagedBlob staged)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        // The commit may have succeeded although its answer was lost: a blob that the database knows stays.
        if (!await db.Blobs.AnyAsync(b => b.BlobName == staged.BlobName, patience.Token)) await blobs.DeleteAsync(staged.BlobName,
            patience.Token);
    }

    /// <summary>The paths below a folder: from <c>folder/</c> up to <c>folder0</c>, the character after the slash.</summary>
    private static (string From, string To) Range(string folder) => folder.Length == 0 ? ("", "\U0010FFFF") : (folder + "/", folder + "0");
}
