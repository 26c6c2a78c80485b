using System.Security.Cryptography;

namespace Linnaeus.Trainer.Downloads;

/// <summary>A published file with its digest.</summary>
/// <param name="Name">File name, also the last part of its address.</param>
/// <param name="Algorithm">Hash algorithm of the digest.</param>
/// <param name="Digest">The digest in lower-case hex, or its published prefix.</param>
public sealed record OfficialFile(string Name, HashAlgorithmName Algorithm, string Digest)
{
    /// <summary>The digest of a file on disk, of the same length as <see cref="Digest"/>.</summary>
    public async Task<string> DigestOfAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await DigestOfAsync(stream, cancellationToken);
    }

    /// <summary>The digest of a whole seekable stream, of the same length as <see cref="Digest"/>.</summary>
    public async Task<string> DigestOfAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(Algorithm);
        var buffer = new byte[1 << 20];
        stream.Position = 0;
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            hash.AppendData(buffer.AsSpan(0, count));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digest.Length];
    }
}

/// <summary>The folder and address of official files.</summary>
/// <param name="Folder">Folder to look in first and to download to.</param>
/// <param name="Address">Base address of the downloads.</param>
/// <param name="Variable">Environment variable that names the folder, for messages.</param>
public sealed record FileShelf(string Folder, Uri Address, string Variable);
