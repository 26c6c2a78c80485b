using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Artifacts;

/// <summary>A stored file and the blob with its bytes.</summary>
public sealed record StoredArtifact(string Path, long Size, string Sha256, string BlobName);

/// <summary>An entry of a folder: a file with its size in bytes, or a folder.</summary>
public sealed record ArtifactEntry(string Name, long? Size);

/// <summary>Finds, lists, locks and opens stored files.</summary>
public sealed class ArtifactFiles(RegistryDb db, BlobStore blobs)
{
    public async Task<StoredArtifact?> FindAsync(string path, CancellationToken cancellationToken) =>
        await db.Set<Artifact>().Where(a => a.Path == path)
            .Join(db.Set<StoredBlob>(), a => a.Sha256, b => b.Sha256, (a, b) => new StoredArtifact(a.Path, a.Size, a.Sha256, b.BlobName))
            .FirstOrDefaultAsync(cancellationToken);

    public async Task<StoredArtifact> GetAsync(string path, CancellationToken cancellationToken) =>
        await FindAsync(path, cancellationToken) ?? throw RegistryException.NotFound($"No such artifact: '{path}'");

    /// <summary>All files below <paramref name="folder"/>, sorted by path.</summary>
    public Task<List<StoredArtifact>> FilesBelowAsync(string folder, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(folder);
        var files =
            from artifact in db.Set<Artifact>()
            join blob in db.Set<StoredBlob>() on artifact.Sha256 equals blob.Sha256
            where string.Compare(artifact.Path, @from) >= 0 && string.Compare(artifact.Path, to) < 0
            orderby artifact.Path
            select new StoredArtifact(artifact.Path, artifact.Size, artifact.Sha256, blob.BlobName);
        return files.ToListAsync(cancellationToken);
    }

    /// <summary>Direct children of <paramref name="folder"/>; a folder exists while it contains a file.</summary>
    public async Task<List<ArtifactEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(folder);
        var prefix = folder.Length == 0 ? 0 : folder.Length + 1;
        var entries = new List<ArtifactEntry>();
        var rows = db.Set<Artifact>().Where(a => string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0).OrderBy(a => a.Path)
            .Select(a => new { a.Path, a.Size });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var slash = row.Path.IndexOf('/', prefix);
            var name = slash < 0 ? row.Path[prefix..] : row.Path[prefix..slash];
            if (slash < 0) entries.Add(new ArtifactEntry(name, row.Size));
            else if (entries.Count == 0 || entries[^1].Size is not null
                || entries[^1].Name != name) entries.Add(new ArtifactEntry(name, null));
        }
        // Files do not always sort before folder contents: `a.txt` lies between `a` and `a/b`.
        return [.. entries.DistinctBy(e => (e.Name, e.Size is null)).OrderBy(e => e.Name, StringComparer.Ordinal)];
    }

    /// <summary>Locks the files of a folder and checks that they are unchanged before registration.</summary>
    public async Task LockAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(folder);
        var stored = (await new SqlText("SELECT path, sha256 FROM artifacts WHERE path >= ").Value(from).Add(" AND path < ").Value(to)
            .Add(" ORDER BY path").Add(db.Database.IsNpgsql() ? " FOR SHARE" : "")
            .ListAsync(db, static r => (Path: r.GetString(0), Sha256: r.GetString(1)), cancellationToken)).ToDictionary(f => f.Path, f => f.Sha256);
        foreach (var file in files)
            if (stored.GetValueOrDefault(ArtifactPath.Combine(folder, file.Path)) != file.Sha256)
                throw new RegistryException(ErrorCode.Conflict,
                    $"File '{file.Path}' changed during registration, so no version was registered. Upload it again and repeat the request.")
                { Extensions = new Dictionary<string, object?> { ["file"] = file.Path } };
    }

    public Task<Stream> OpenAsync(StoredArtifact artifact, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return blobs.OpenAsync(artifact.BlobName, offset, length, cancellationToken);
    }
}
