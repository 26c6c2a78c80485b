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

    private async Task<StagedBlob> SendAsync(Stream content, Func<string, Task> begin, Func<long, string, Task<bool>> accept,
        CancellationToken cancellationToken)
    {
        var name = $"{DateTime.UtcNow:yyyy/MM/dd}/{Guid.NewGuid():N}";
        var blob = container.GetBlockBlobClient(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] current = new byte[BlockSize];
        byte[]? next = null;
        var blocks = new List<string>();
        var length = await FillAsync(content, current, cancellationToken);
        hash.AppendData(current, 0, length);
        long size = length;

        if (length < BlockSize)
        {
            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (!await accept(size, sha256)) return new StagedBlob("", size, sha256);
            await begin(name);
            using var whole = new MemoryStream(current, 0, length, writable: false);
            await blob.UploadAsync(whole, new BlobUploadOptions(), cancellationToken);
            return new StagedBlob(name, size, sha256);
        }
        await begin(name);
        while (length > 0)
        {
            var id = Convert.ToBase64String(BitConverter.GetBytes(blocks.Count));
            blocks.Add(id);
            using var block = new MemoryStream(current, 0, length, writable: false);
            var sending = blob.StageBlockAsync(id, block, cancellationToken: cancellationToken);
            next ??= new byte[BlockSize];
            try
            {
                length = await FillAsync(content, next, cancellationToken);
                hash.AppendData(next, 0, length);
                size += length;
            }
            finally
            {
                await sending;
            }
            (current, next) = (next, current);
        }
        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!await accept(size, digest)) return new StagedBlob("", size, digest);
        await blob.CommitBlockListAsync(blocks, cancellationToken: cancellationToken);
        return new StagedBlob(name, size, digest);
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
        await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
}

/// <summary>The database knows a blob that the store does not have.</summary>
public sealed class BlobMissingException(string message, Exception inner) : Exception(message, inner);
