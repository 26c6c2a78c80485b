using System.IO.Pipelines;
using System.Net.Mime;
using Linnaeus.Registry.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Linnaeus.Registry.Artifacts;

/// <summary>Sends a stored file or one range of it, streamed. Always an attachment, so that no browser runs uploaded content.</summary>
internal sealed class ArtifactDownload(ArtifactFiles store, StoredArtifact artifact) : IResult
{
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    /// <summary>Text files by extension or name: the ones that MLflow treats as text.</summary>
    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml", "yaml", "yml", "py", "py3", "tsv", "md", "rst",
        "MLmodel", "MLproject",
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = new EntityTagHeaderValue($"\"{artifact.Sha256}\"");
        var headers = response.GetTypedHeaders();
        headers.ETag = tag;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers[ContentDigest.HeaderName] = ContentDigest.Format(artifact.Sha256);
        if (request.GetTypedHeaders().IfNoneMatch.Any(m => m.Compare(tag, useStrongComparison: false) || m == EntityTagHeaderValue.Any))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var name = artifact.Path[(artifact.Path.LastIndexOf('/') + 1)..];
        response.ContentType = Texts.Contains(name[(name.LastIndexOf('.') + 1)..]) ? MediaTypeNames.Text.Plain
            : ContentTypes.TryGetContentType(name, out var type) ? type : MediaTypeNames.Application.Octet;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        headers.ContentDisposition = disposition;

        var (offset, length) = Range(request, tag, response);
        response.ContentLength = length;
        if (HttpMethods.IsHead(request.Method) || length == 0) return;
        await using var content = await OpenAsync(offset, length == artifact.Size ? null : length, httpContext.RequestAborted);
        await CopyAsync(content, response.BodyWriter, httpContext.RequestAborted);
    }

    /// <summary>Reads directly into the response's buffer in large blocks.</summary>
    private static async Task CopyAsync(Stream content, PipeWriter to, CancellationToken cancellationToken)
    {
        while (await content.ReadAtLeastAsync(to.GetMemory(WideBlocks.BlockSize), WideBlocks.BlockSize, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
        {
            to.Advance(read);
            await to.FlushAsync(cancellationToken);
        }
    }

    private async Task<Stream> OpenAsync(long offset, long? length, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAsync(artifact, offset, length, cancellationToken);
        }
        catch (BlobMissingException missing)
        {
            throw new RegistryException(ErrorCode.ResourceDoesNotExist,
                $"The bytes of artifact '{artifact.Path}' (SHA-256 {artifact.Sha256}) are missing from the blob store. Upload the file again.", missing);
        }
    }

    /// <summary>The requested range; several ranges or another unit mean the whole file.</summary>
    private (long Offset, long Length) Range(HttpRequest request, EntityTagHeaderValue tag, HttpResponse response)
    {
        var typed = request.GetTypedHeaders();
        var current = typed.IfRange?.EntityTag is not { } wanted || wanted.Compare(tag, useStrongComparison: true);
        if (!current || typed.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }) return (0, artifact.Size);
        var range = ranges.First();
        var from = range.From ?? Math.Max(0, artifact.Size - range.To!.Value);
        var to = range.From is null ? artifact.Size - 1 : Math.Min(range.To ?? long.MaxValue, artifact.Size - 1);
        if (from > to || from >= artifact.Size)
            throw new RegistryException(ErrorCode.RangeNotSatisfiable,
                $"The range {range} is outside the file of {artifact.Size} bytes.");
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(from, to, artifact.Size);
        return (from, to - from + 1);
    }
}
