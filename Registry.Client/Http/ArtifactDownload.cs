using System.Net;
using System.Security.Cryptography;

namespace Linnaeus.Registry.Client.Http;

/// <summary>Copies and hashes an artifact's body, and compares the hash with the Registry's.</summary>
internal static class ArtifactDownload
{
    private const int BufferSize = 128 * 1024;

    /// <summary>A download without new bytes for this long is aborted.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    public static async Task<ModelFile> CopyAsync(
        HttpResponseMessage response, ArtifactUri artifact, Stream destination, CancellationToken cancellationToken, long maxBytes = long.MaxValue)
    {
        RefuseLarger(response.Content.Headers.ContentLength ?? 0, maxBytes, artifact);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long length = 0;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[BufferSize];
        while (true)
        {
            stall.CancelAfter(StallTimeout);
            var read = await ReadAsync(response, body, buffer, stall.Token, cancellationToken);
            if (read == 0)
                break;
            length += read;
            RefuseLarger(length, maxBytes, artifact);
            hash.AppendData(buffer, 0, read);
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        var digest = hash.GetHashAndReset();
        Verify(response, artifact, digest);
        return new ModelFile(artifact.Path, length, Convert.ToHexStringLower(digest));
    }

    public static RegistryException Mismatch(ArtifactUri artifact, string expected, string actual) => new(
        HttpStatusCode.OK, RegistryException.DigestMismatch, $"{artifact} arrived with SHA-256 {actual}, but {expected} was expected.");

    // Covers reads only: a full local disk is not the Registry's fault.
    private static async Task<int> ReadAsync(
        HttpResponseMessage response, Stream body, Memory<byte> buffer, CancellationToken stall, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, stall);
        }
        catch (Exception error) when (RegistryTransport.IsConnectionFault(error, cancellationToken))
        {
            throw RegistryTransport.Unreachable(response.RequestMessage, error);
        }
    }

    private static void Verify(HttpResponseMessage response, ArtifactUri artifact, byte[] digest)
    {
        var headers = response.Headers.TryGetValues(ContentDigest.Header, out var values)
            || response.Content.Headers.TryGetValues(ContentDigest.Header, out values) ? values : [];
        if (ContentDigest.TryParse(string.Join(',', headers), out var stated) && !stated.AsSpan().SequenceEqual(digest))
            throw Mismatch(artifact, Convert.ToHexStringLower(stated), Convert.ToHexStringLower(digest));
    }

    private static void RefuseLarger(long length, long maxBytes, ArtifactUri artifact)
    {
        if (length > maxBytes)
            throw new RegistryException(HttpStatusCode.OK, "TOO_LARGE", $"{artifact} is larger than the limit of {maxBytes} bytes.");
    }
}
