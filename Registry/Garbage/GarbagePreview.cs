using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Models;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Garbage;

/// <summary>Computes which blobs would become orphans without certain versions and folders.</summary>
public sealed class GarbagePreview(RegistryDb db, ArtifactFiles artifacts)
{
    private const int Batch = 500;

    internal async Task<List<GarbageBlob>> BlobsAsync(IReadOnlyCollection<DoomedVersion> versions, IEnumerable<string> folders,
        CancellationToken cancellationToken)
    {
        var gone = new Dictionary<string, int>();
        // Folders may be nested.
        var counted = new HashSet<string>();
        foreach (var folder in folders)
            foreach (var file in await artifacts.FilesBelowAsync(folder, cancellationToken))
                if (counted.Add(file.Path)) gone[file.Sha256] = gone.GetValueOrDefault(file.Sha256) + 1;
        var removed = versions.Select(v => (v.ModelId, v.Version)).ToHashSet();
        var models = versions.Select(v => v.ModelId).Distinct().ToList();
        var files = await db.Set<ModelVersionFile>().Where(f => models.Contains(f.ModelId)).ToListAsync(cancellationToken);
        foreach (var file in files.Where(f => removed.Contains((f.ModelId, f.Version)))) gone.TryAdd(file.Sha256, 0);

        var blobs = (await Unreferenced(db).ToListAsync(cancellationToken)).ConvertAll(Contract);
        foreach (var hashes in gone.Keys.Chunk(Batch))
        {
            var placed = await db.Set<Artifact>().Where(a => hashes.Contains(a.Sha256)).GroupBy(a => a.Sha256).Select(g => new { g.Key, Count = g.Count() })
                .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
            var needed = (await db.Set<ModelVersionFile>().Where(f => hashes.Contains(f.Sha256)).ToListAsync(cancellationToken))
                .Where(f => !removed.Contains((f.ModelId, f.Version))).Select(f => f.Sha256).ToHashSet();
            var free = hashes.Where(h => placed.GetValueOrDefault(h) == gone[h] && !needed.Contains(h)).ToList();
            blobs.AddRange((await db.Set<StoredBlob>().Where(b => free.Contains(b.Sha256)).ToListAsync(cancellationToken)).ConvertAll(Contract));
        }
        return [.. blobs.DistinctBy(b => b.Name)];
    }

    /// <summary>Blobs without references from artifacts and versions.</summary>
    internal static IQueryable<StoredBlob> Unreferenced(RegistryDb db) => db.Set<StoredBlob>()
        .Where(b => !db.Set<Artifact>().Any(a => a.Sha256 == b.Sha256) && !db.Set<ModelVersionFile>().Any(f => f.Sha256 == b.Sha256));

    internal static GarbageBlob Contract(StoredBlob blob) => new(blob.BlobName, blob.Size, blob.Sha256);
}
