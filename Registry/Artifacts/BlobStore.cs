using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Bytes uploaded under a name that is not yet known to others.</summary>
/// <param name="BlobName">Name in the container.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lowercase hex digits.</param>
public sealed record StagedBlob(string BlobName, long Size, string Sha256);

/// <summary>
/// The container in Azure Blob Storage (or Azurite) with all bytes. Blobs are written once, under a new name, and are visible
/// through the database only.
/// </summary>
public sealed class BlobStore(BlobContainerClient container)
{
    /// <summary>Block size in bytes. An upload uses two blocks: one is sent while the next is read.</summary>
    private const int BlockSize = 4 << 20;

    private volatile bool _containerExists;

    public async Task EnsureContainerAsync(CancellationToken cancellationToken)
    {
        if (_containerExists) return;
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        _containerExists = true;
    }

    /// <summary>
    /// Streams <paramref name="content"/> into a new blob and hashes it. <paramref name="begin"/> gets the blob's name before the
    /// first byte is sent; from then on the caller must bind or remove it. <paramref name="accept"/> gets size and
    /// hash before the blob is committed, and rejects it by throwing.
    /// </summary>
    /// <returns>The blob; its name is empty when <paramref name="accept"/> returns that the bytes are stored already.</returns>
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
            // The store has lost its container; the next attempt creates it.
            _containerExists = false;
            throw new RegistryException(ErrorCode.TemporarilyUnavailable, "The blob store lost its container. Try again.", gone);
        }
    }

    /// <summary>Creates a name for a new blob.</summary>
    public static string NewName() => $"{DateTime.UtcNow:yyyy/MM/dd}/{Guid.NewGuid():N}";

    /// <summary>Uploads a part of a multipart blob as blocks for <see cref="CommitAsync"/>.</summary>
    /// <param name="name">Name of the blob.</param>
    /// <param name="blockId">Ids of the part's blocks, from 0; all ids of a blob have the same length.</param>
    /// <param name="content">The part's bytes.</param>
    /// <returns>Number of blocks in the part.</returns>
    public async Task<int> StagePartAsync(string name, Func<int, string> blockId, Stream content, CancellationToken cancellationToken)
    {
        await EnsureContainerAsync(cancellationToken);
        var first = ArrayPool<byte>.Shared.Rent(BlockSize);
        var length = await FillAsync(content, first, cancellationToken);
        return (await StageBlocksAsync(container.GetBlockBlobClient(name), first, length, content, blockId, null, cancellationToken)).Blocks;
    }

    /// <summary>Commits a blob's blocks; returns false if it was committed before.</summary>
    /// <exception cref="RegistryException">A block is missing.</exception>
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
                "The upload names a part that was never received. Send the part again and use its ETag.", missing);
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

    /// <summary>Sends <paramref name="current"/>, a rented block, and then the rest of <paramref name="content"/>, one block while
    /// the next is read. Blocks return to the pool only on success, since a failed request may still be reading them.</summary>
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

    /// <summary>Opens a blob or a range of it as a stream.</summary>
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

    /// <summary>Size and SHA-256 of the stored bytes, or null when the blob is missing.</summary>
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

    /// <summary>Removes a blob or the blocks of an incomplete one; succeeds if there is none.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient(name);
        if (await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken)) return;
        try
        {
            // Committing an empty list releases the uncommitted blocks.
            await blob.CommitBlockListAsync([], cancellationToken: cancellationToken);
            await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            _containerExists = false;
        }
    }

    /// <summary>Throws when the store does not respond.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (_containerExists) await container.GetPropertiesAsync(cancellationToken: cancellationToken);
        else await EnsureContainerAsync(cancellationToken);
    }

    private static async Task<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellationToken) =>
        await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockSize), BlockSize, throwOnEndOfStream: false, cancellationToken);
}

/// <summary>A blob in the database is missing from the store.</summary>
public sealed class BlobMissingException(string message, Exception inner) : Exception(message, inner);
