using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Keeps account of blobs that nothing refers to yet or any more, so that none is lost to a removal, and none forgotten.</summary>
public sealed class UnboundBlobs(RegistryDb db, WriteGate gate, TimeProvider time, BlobStore blobs)
{
    /// <summary>Notes an upload that is about to send its first byte.</summary>
    public Task BeginAsync(string blobName, CancellationToken cancellationToken) => gate.WriteAsync(db, token =>
        db.Database.ExecuteSqlAsync($"INSERT INTO unbound_blobs (blob_name, size, creation_time) VALUES ({blobName}, 0, {time.UnixNow()})", token),
        cancellationToken);

    /// <summary>In the open transaction that records the blob's bytes: the blob is no longer unbound.</summary>
    /// <exception cref="RegistryException">The upload was taken for abandoned, and its blob is being removed.</exception>
    public async Task BindAsync(string blobName, CancellationToken cancellationToken)
    {
        if (await db.Set<UnboundBlob>().Where(b => b.BlobName == blobName && b.AbandonedTime == null).ExecuteDeleteAsync(cancellationToken) == 0)
            throw new RegistryException(ErrorCode.TemporarilyUnavailable, "The upload took so long that it was taken for abandoned; send the file again.");
    }

    /// <summary>In the open transaction that removes the last reference to the blob.</summary>
    public Task AbandonAsync(string blobName, long size, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        return db.Database.ExecuteSqlAsync(
            $"INSERT INTO unbound_blobs (blob_name, size, creation_time, abandoned_time) VALUES ({blobName}, {size}, {now}, {now})", cancellationToken);
    }

    /// <summary>Removes the blob from the store; false when it is bound by now, and stays.</summary>
    public async Task<bool> RemoveAsync(string blobName, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        var rows = db.Set<UnboundBlob>().Where(b => b.BlobName == blobName);
        // Without a row it is bound, or it was given up by another and an upload has completed it all the same.
        if (await gate.WriteAsync(db, token => rows.ExecuteUpdateAsync(s => s.SetProperty(b => b.AbandonedTime, now), token), cancellationToken) == 0
            && await db.Set<StoredBlob>().AnyAsync(b => b.BlobName == blobName, cancellationToken)) return false;
        await blobs.DeleteAsync(blobName, cancellationToken);
        await gate.WriteAsync(db, token => rows.ExecuteDeleteAsync(token), cancellationToken);
        return true;
    }
}
