using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Tracks blobs without references, so that removals never delete used blobs and no orphan is forgotten.</summary>
public sealed class UnboundBlobs(RegistryDb db, WriteGate gate, TimeProvider time, BlobStore blobs)
{
    /// <summary>Records an upload before its first byte is sent.</summary>
    public Task BeginAsync(string blobName, CancellationToken cancellationToken) => gate.WriteAsync(db, token =>
        db.Database.ExecuteSqlAsync($"INSERT INTO unbound_blobs (blob_name, size, creation_time) VALUES ({blobName}, 0, {time.UnixNow()})", token),
        cancellationToken);

    /// <summary>Marks the blob as bound. Call in the open transaction that records its bytes.</summary>
    /// <exception cref="RegistryException">The upload took too long, and its blob is being removed.</exception>
    public async Task BindAsync(string blobName, CancellationToken cancellationToken)
    {
        if (await db.Set<UnboundBlob>().Where(b => b.BlobName == blobName && b.AbandonedTime == null).ExecuteDeleteAsync(cancellationToken) == 0)
            throw new RegistryException(ErrorCode.TemporarilyUnavailable, "The upload took too long and was abandoned. Send the file again.");
    }

    /// <summary>Marks the blob as abandoned. Call in the open transaction that removes its last reference.</summary>
    public Task AbandonAsync(string blobName, long size, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        return db.Database.ExecuteSqlAsync(
            $"INSERT INTO unbound_blobs (blob_name, size, creation_time, abandoned_time) VALUES ({blobName}, {size}, {now}, {now})", cancellationToken);
    }

    /// <summary>Removes the blob from the store; returns false and keeps it if it is bound.</summary>
    public async Task<bool> RemoveAsync(string blobName, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        var rows = db.Set<UnboundBlob>().Where(b => b.BlobName == blobName);
        // Without a row the blob is bound, or another process abandoned it and an upload completed anyway.
        if (await gate.WriteAsync(db, token => rows.ExecuteUpdateAsync(s => s.SetProperty(b => b.AbandonedTime, now), token), cancellationToken) == 0
            && await db.Set<StoredBlob>().AnyAsync(b => b.BlobName == blobName, cancellationToken)) return false;
        await blobs.DeleteAsync(blobName, cancellationToken);
        await gate.WriteAsync(db, token => rows.ExecuteDeleteAsync(token), cancellationToken);
        return true;
    }
}
