using System.Net;

namespace Linnaeus.Registry.Client.Http;

/// <summary>A streamed body that reopens its source for each attempt, so that a failed upload can be retried.</summary>
internal sealed class ReopenedContent(Func<Stream> open, long length) : HttpContent
{
    private const int BufferSize = 128 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var source = open();
        await source.CopyToAsync(stream, BufferSize, cancellationToken);
    }

    protected override bool TryComputeLength(out long bytes)
    {
        bytes = length;
        return true;
    }
}
