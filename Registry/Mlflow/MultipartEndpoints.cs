using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace Linnaeus.Registry.Mlflow;

/// <summary>
/// <c>mlflow-artifacts/mpu/*</c>: multipart upload of large files. MLflow's server returns URLs of cloud storage; this one returns its own,
/// so that clients need no access to the storage, and parts are stored by content like all files.
/// </summary>
internal static class MultipartEndpoints
{
    /// <summary>Maps below each prefix of the proxy.</summary>
    public static void MapMultipart(this RouteGroupBuilder proxy, string prefix)
    {
        var uploads = proxy.MapGroup("/mpu");
        uploads.MapPost("/create/{**folder}", (string? folder, MlflowRequest request, HttpContext context, MultipartUploads store,
            CancellationToken token) => CreateAsync(prefix, folder, request, context, store, token));
        uploads.MapPut("/parts/{uploadId}/{number:int}", PutPartAsync);
        uploads.MapPost("/complete/{**folder}", CompleteAsync);
        uploads.MapPost("/abort/{**folder}", AbortAsync);
    }

    private static async Task<IResult> CreateAsync(string prefix, string? folder, MlflowRequest request, HttpContext context,
        MultipartUploads store, CancellationToken cancellationToken)
    {
        _ = Target(folder, request);
        var parts = request.Limit("num_parts", 1, MultipartUploads.MaxParts);
        var id = await store.CreateAsync(parts, cancellationToken);
        var root = $"{Scheme(context.Request)}://{context.Request.Host}{context.Request.PathBase}{prefix}/mpu/parts/{id}/";
        return new MlflowResult(w =>
        {
            w.WriteString("upload_id", id);
            w.WriteList("credentials", Enumerable.Range(1, parts).ToList(), (item, number) =>
            {
                item.WriteString("url", root + number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                item.WriteNumber("part_number", number);
                item.WriteStartObject("headers");
                item.WriteEndObject();
            });
        });
    }

    private static async Task<IResult> PutPartAsync(string uploadId, int number, HttpContext context, MultipartUploads store,
        CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        context.Response.Headers.ETag = $"\"{await store.PutPartAsync(uploadId, number, context.Request.Body, cancellationToken)}\"";
        return MlflowResult.Empty;
    }

    private static async Task<IResult> CompleteAsync(string? folder, MlflowRequest request, HttpContext context, MultipartUploads store,
        CancellationToken cancellationToken)
    {
        var path = Target(folder, request);
        var parts = request.Messages("parts")
            .ConvertAll(p => new UploadedPart((int)Math.Clamp(p.RequiredInt64("part_number"), 0, int.MaxValue), p.RequiredString("etag")));
        var stored = await store.CompleteAsync(request.RequiredString("upload_id"), path, parts, cancellationToken);
        context.Response.Headers[ContentDigest.HeaderName] = ContentDigest.Format(stored.Sha256);
        return MlflowResult.Empty;
    }

    private static async Task<IResult> AbortAsync(string? folder, MlflowRequest request, MultipartUploads store,
        CancellationToken cancellationToken)
    {
        _ = Target(folder, request);
        await store.AbortAsync(request.RequiredString("upload_id"), cancellationToken);
        return MlflowResult.Empty;
    }

    /// <summary>The target path: clients send the folder in the path, and the file by its local path.</summary>
    private static string Target(string? folder, MlflowRequest request)
    {
        var local = request.RequiredString("path");
        var name = ArtifactPath.CheckFile(local[(local.LastIndexOfAny(['/', '\\']) + 1)..]);
        return ArtifactPath.CheckFile(ArtifactPath.Combine(ArtifactPath.Check(folder), name));
    }

    /// <summary>The scheme that the client uses, when a gateway terminates TLS.</summary>
    private static string Scheme(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"].FirstOrDefault() is "http" or "https" ? request.Headers["X-Forwarded-Proto"].ToString() : request.Scheme;
}
