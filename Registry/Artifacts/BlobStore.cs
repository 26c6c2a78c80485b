using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Bytes that were uploaded under a name nobody else knows yet.</summary>
/// <param name="BlobName">Name in the container.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record StagedBlob(string BlobName, long Size, string Sha256);

/// <summary>
/// The container in Azure Blob Storage (or Azurite) that holds all bytes. Blobs are written once, under a fresh name, and become visible
/// through the database alone.
/// </summary>
public sealed class BlobStore(BlobContainerClient container)
{
    /// <summary>Memory an upload takes, twice: one block is sent while the next is read.</summary>
    private const int BlockSize = 4 << 20;

    private volatile bool _containerExists;

    public async Task EnsureContainerAsync(CancellationToken cancellationToken)
    {
        if (_containerExists) return;
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        _containerExists = true;
    }

    /// <summary>
    /// Streams <paramref name="content"/> into a new blob and hashes it on the way. <paramref name="begin"/> is told the blob's name before its
    /// first byte is sent; from then on it is the caller's to bind or to remove, whatever happens. <paramref name="accept"/> sees size and
    /// hash before the blob comes into being, and refuses by throwing.
    /// </summary>
    /// <returns>The blob; its name is empty when <paramref name="accept"/> says that the bytes are stored already.</returns>
    public async Task<StagedBlob> StageAsync(Stream content, Func<string, Task> begin, Func<long, string, Task<bool>> accept,
        CancellationToken cancellationToken)
    {
        await EnsureContainerAsync(cancellationToken);
        try
        {
            return await SendAsync(content, begin, accept, cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // The store came back empty; the next try makes the container anew.
            _containerExists = false;
            throw new RegistryException(ErrorCode.TemporarilyUnavailable, "The blob store lost its container; try again.", gone);
        }
    }

    /// <summary>A name for a new blob.</summary>
    public static string NewName() => $"{DateTime.UtcNow:yyyy/MM/dd}/{Guid.NewGuid():N}";

    /// <summary>Sends a part of a blob that comes in several, as blocks that <see cref="CommitAsync"/> makes a whole of.</summary>
    /// <param name="name">Name of the blob.</param>
    /// <param name="blockId">Names the blocks of this part, from 0 on; all names of a blob have one length.</param>
    /// <param name="content">The part's bytes.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <returns>How many blocks the part has.</returns>
    public async Task<int> StagePartAsync(string name, Func<int, string> blockId, Stream content, CancellationToken cancellationToken)
    {
        await EnsureContainerAsync(cancellationToken);
        var first = ArrayPool<byte>.Shared.Rent(BlockSize);
        var length = await FillAsync(content, first, cancellationToken);
        return (await StageBlocksAsync(container.GetBlockBlobClient(name), first, length, content, blockId, null, cancellationToken)).Blocks;
    }

    /// <summary>Makes a blob of its blocks; false when it is whole already, which changes nothing.</summary>
    /// <exception cref="RegistryException">A block was never sent.</exception>
    public async Task<bool> CommitAsync(string name, IEnumerable<string> blocks, CancellationToken cancellationToken)
    {
        try
        {
            var onlyOnce = new CommitBlockListOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await container.GetBlockBlobClient(name).CommitBlockListAsync(blocks, onlyOnce, cancellationToken);
            return true;
        }
        catch (RequestFailedException present) when (present.Status is 409 or 412)
        {
            return false;
        }
        catch (RequestFailedException missing) when (missing.Status == 400 && missing.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            throw new RegistryException(ErrorCode.InvalidParameterValue,
                "The upload cannot be completed: it names a part that was never received. Send the part again and use its ETag.", missing);
        }
    }

    private async Task<StagedBlob> SendAsync(Stream content, Func<string, Task> begin, Func<long, string, Task<bool>> accept,
        CancellationToken cancellationToken)
    {
        var name = NewName();
        var blob = container.GetBlockBlobClient(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = ArrayPool<byte>.Shared.Rent(BlockSize);
        var length = await FillAsync(content, first, cancellationToken);
        if (length < BlockSize)
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(first.AsSpan(0, length)));
            var isNew = await accept(length, sha256);
            if (isNew)
            {
                await begin(name);
                using var whole = new MemoryStream(first, 0, length, writable: false);
                await blob.UploadAsync(whole, new BlobUploadOptions(), cancellationToken);
            }
            ArrayPool<byte>.Shared.Return(first);
            return new StagedBlob(isNew ? name : "", length, sha256);
        }
        await begin(name);
        var (blocks, size) = await StageBlocksAsync(blob, first, length, content, BlockId, hash, cancellationToken);
        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!await accept(size, digest)) return new StagedBlob("", size, digest);
        await blob.CommitBlockListAsync(Enumerable.Range(0, blocks).Select(BlockId), cancellationToken: cancellationToken);
        return new StagedBlob(name, size, digest);

        static string BlockId(int index) => Convert.ToBase64String(BitConverter.GetBytes(index));
    }

    /// <summary>Sends what is in <paramref name="current"/>, a rented block, and then the rest of <paramref name="content"/>, one block while
    /// the next is read. A block goes back to the pool only when all went well: a request that failed may still be reading it.</summary>
    private static async Task<(int Blocks, long Size)> StageBlocksAsync(BlockBlobClient blob, byte[] current, int length, Stream content,
        Func<int, string> blockId, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        var (blocks, size) = (0, 0L);
        var next = ArrayPool<byte>.Shared.Rent(BlockSize);
        hash?.AppendData(current, 0, length);
        while (length > 0)
        {
            size += length;
            using var block = new MemoryStream(current, 0, length, writable: false);
            var sending = blob.StageBlockAsync(blockId(blocks++), block, cancellationToken: cancellationToken);
            try
            {
                length = await FillAsync(content, next, cancellationToken);
                hash?.AppendData(next, 0, length);
            }
            finally
            {
                await sending;
            }
            (current, next) = (next, current);
        }
        ArrayPool<byte>.Shared.Return(current);
        ArrayPool<byte>.Shared.Return(next);
        return (blocks, size);
    }

    /// <summary>Opens a blob, or a part of it; the bytes come as they are read.</summary>
    public async Task<Stream> OpenAsync(string name, long offset, long? length, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = offset == 0 && length is null ? default : new HttpRange(offset, length) };
            var response = await container.GetBlobClient(name).DownloadStreamingAsync(options, cancellationToken);
            return response.Value.Content;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            throw new BlobMissingException($"Blob {name} is not in the store.", missing);
        }
    }

    /// <summary>Size and SHA-256 of the bytes as the store holds them now, or null when there are none.</summary>
    public async Task<(long Size, string Sha256)?> MeasureAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await OpenAsync(name, 0, null, cancellationToken);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 17];
            long size = 0;
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
            }
            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) =>
        await container.GetBlobClient(name).ExistsAsync(cancellationToken);

    /// <summary>Removes a blob, or the blocks of one that was never completed; one that is not there is no error.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient(name);
        if (await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken)) return;
        try
        {
            // Completing it empty lets go of the blocks that were sent.
            await blob.CommitBlockListAsync([], cancellationToken: cancellationToken);
            await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            _containerExists = false;
        }
    }

    /// <summary>Throws when the store does not answer.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (_containerExists) await container.GetPropertiesAsync(cancellationToken: cancellationToken);
        else await EnsureContainerAsync(cancellationToken);
    }

    private static async Task<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellationToken) =>
        await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockSize), BlockSize, throwOnEndOfStream: false, cancellationToken);
}

/// <summary>The database knows a blob that the store does not have.</summary>
public sealed class BlobMissingException(string message, Exception inner) : Exception(message, inner);
