using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>An OTLP request was refused: <paramref name="httpStatus"/> over HTTP, <paramref name="grpcStatus"/> over gRPC.</summary>
internal sealed class OtlpRefusal(int httpStatus, int grpcStatus, string message) : Exception(message)
{
    public int HttpStatus => httpStatus;

    /// <summary>Code of https://grpc.io/docs/guides/status-codes.</summary>
    public int GrpcStatus => grpcStatus;

    public static OtlpRefusal Malformed(string message) => new(StatusCodes.Status400BadRequest, 3, message);

    public static OtlpRefusal TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, 8, $"An export may hold {OtlpBody.MaxBytes >> 20} MiB: send smaller batches.");
}

/// <summary>Reads request bodies within a bound, before and after decompression.</summary>
internal static class OtlpBody
{
    /// <summary>Most bytes of one export message, decompressed.</summary>
    public const int MaxBytes = 16 << 20;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // Five bytes more for gRPC's frame header.
        if (request.ContentLength > MaxBytes + 5)
            throw OtlpRefusal.TooLarge();
        return await ReadAsync(request.Body, MaxBytes + 5, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<ReadOnlyMemory<byte>> GunzipAsync(ReadOnlyMemory<byte> compressed, CancellationToken cancellationToken)
    {
        using var source = new MemoryStream(compressed.ToArray(), writable: false);
        await using var gzip = new GZipStream(source, CompressionMode.Decompress);
        return await ReadAsync(gzip, MaxBytes, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream source, int limit, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await source.ReadAsync(body.GetMemory(4096), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > limit)
                throw OtlpRefusal.TooLarge();
        }
    }
}
