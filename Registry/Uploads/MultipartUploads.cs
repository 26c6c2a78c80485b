using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Uploads;

/// <summary>A part that the client has sent.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Tag">The ETag in the response to its upload.</param>
public sealed record UploadedPart(int Number, string Tag);

/// <summary>
/// Multipart uploads, with parts in any order and in parallel. Parts are blocks of an unbound blob, so that garbage collection also removes
/// an upload that is never completed. There is no other state: the upload's id contains the blob's name and the number of parts, and a
/// part's tag names its blocks.
/// </summary>
public sealed partial class MultipartUploads(RegistryDb db, BlobStore blobs, UnboundBlobs unbound, ArtifactFiles files, ArtifactWriter artifacts)
{
    public const int MaxParts = 10_000;

    /// <summary>Starts an upload and returns its unguessable id.</summary>
    public async Task<string> CreateAsync(int parts, CancellationToken cancellationToken)
    {
        var name = BlobStore.NewName();
        await unbound.BeginAsync(name, cancellationToken);
        return $"{name.Replace('/', '-')}-{parts.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>Stores a part; if it is sent again, the attempt whose tag the client names at the end counts.</summary>
    /// <returns>The part's tag.</returns>
    public async Task<string> PutPartAsync(string uploadId, int number, Stream content, CancellationToken cancellationToken)
    {
        var (name, parts) = Parse(uploadId);
        if (number < 1 || number > parts) throw RegistryException.Invalid($"Invalid part {number}: the upload has {parts} parts.");
        if (!await IsOpenAsync(name, cancellationToken)) throw Unknown(uploadId);
        var attempt = RandomNumberGenerator.GetBytes(8);
        var blocks = await blobs.StagePartAsync(name, index => BlockId(number, attempt, index), content, cancellationToken);
        return $"{Convert.ToHexStringLower(attempt)}-{blocks.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>Completes the file at <paramref name="path"/> from its parts. Can be repeated.</summary>
    /// <exception cref="RegistryException">A part is missing, or the upload is unknown; the file is unchanged.</exception>
    public async Task<StoredArtifact> CompleteAsync(string uploadId, string path, IReadOnlyCollection<UploadedPart> parts,
        CancellationToken cancellationToken)
    {
        var (name, count) = Parse(uploadId);
        var sorted = parts.OrderBy(p => p.Number).ToList();
        if (!sorted.Select(p => p.Number).SequenceEqual(Enumerable.Range(1, count)))
            throw RegistryException.Invalid($"The upload has {count} parts, but the request names parts {string.Join(", ", sorted.Select(p => p.Number).Take(20))}.");
        var blocks = sorted.SelectMany(Blocks).ToList();
        if (!await IsOpenAsync(name, cancellationToken))
            return await files.FindAsync(path, cancellationToken) is { } done && done.BlobName == name ? done : throw Unknown(uploadId);
        // A blob is committed only once, so the bytes measured below do not change.
        await blobs.CommitAsync(name, blocks, cancellationToken);
        var (size, sha256) = await blobs.MeasureAsync(name, cancellationToken) ?? throw Unknown(uploadId);
        return await artifacts.PutStagedAsync(path, new StagedBlob(name, size, sha256), cancellationToken);
    }

    /// <summary>Aborts an upload; succeeds if it is unknown or complete.</summary>
    public async Task AbortAsync(string uploadId, CancellationToken cancellationToken) =>
        await unbound.RemoveAsync(Parse(uploadId).BlobName, cancellationToken);

    private Task<bool> IsOpenAsync(string name, CancellationToken cancellationToken) =>
        db.Set<UnboundBlob>().AnyAsync(b => b.BlobName == name && b.AbandonedTime == null, cancellationToken);

    private static IEnumerable<string> Blocks(UploadedPart part)
    {
        var match = PartTag().Match(part.Tag);
        if (!match.Success) throw RegistryException.Invalid($"Invalid ETag '{part.Tag}' of part {part.Number}: use the ETag from the response to its upload.");
        var attempt = Convert.FromHexString(match.Groups["attempt"].Value);
        return Enumerable.Range(0, int.Parse(match.Groups["blocks"].Value, CultureInfo.InvariantCulture))
            .Select(index => BlockId(part.Number, attempt, index));
    }

    private static string BlockId(int part, byte[] attempt, int index)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(id, part);
        attempt.CopyTo(id, 4);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(12), index);
        return Convert.ToBase64String(id);
    }

    private static (string BlobName, int Parts) Parse(string uploadId)
    {
        var match = UploadId().Match(uploadId);
        return match.Success ? ($"{match.Groups["date"].Value.Replace('-', '/')}/{match.Groups["id"].Value}",
            int.Parse(match.Groups["parts"].Value, CultureInfo.InvariantCulture)) : throw Unknown(uploadId);
    }

    private static RegistryException Unknown(string uploadId) => RegistryException.NotFound(
        $"Multipart upload '{uploadId}' not found: it was completed, aborted or older than a day. Start a new one.");

    [GeneratedRegex(@"\A(?<date>\d{4}-\d{2}-\d{2})-(?<id>[0-9a-f]{32})-(?<parts>\d{1,5})\z")]
    private static partial Regex UploadId();

    [GeneratedRegex("""\A"?(?<attempt>[0-9a-f]{16})-(?<blocks>\d{1,5})"?\z""")]
    private static partial Regex PartTag();
}
