using System.Net;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Linnaeus.Portal.Endpoints;

/// <summary>
/// <c>/files/runs/{runId}/{path}</c> and <c>/files/models/{name}/{version}/{path}</c>: artifacts for the browser, which may not reach the Registry.
/// Images and text are shown inline; everything else, and everything with <c>?download</c>, is an attachment.
/// </summary>
internal static class ArtifactEndpoints
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static void MapArtifacts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/files/runs/{runId}/{**path}", (string runId, string path, HttpContext context, RegistryClient registry) =>
            SendAsync(context, registry, $"runs:/{runId}", path));
        app.MapGet("/files/models/{name}/{version:int}/{**path}", (string name, int version, string path, HttpContext context, RegistryClient registry) =>
            SendAsync(context, registry, $"models:/{name}/{version}", path));
    }

    private static async Task SendAsync(HttpContext context, RegistryClient registry, string root, string path)
    {
        if (string.IsNullOrEmpty(path) || !ArtifactUri.TryParse($"{root}/{path}", out var artifact))
        {
            await Refusal.WriteAsync(context, HttpStatusCode.BadRequest, $"'{path}' is not a file path.");
            return;
        }

        var (type, shown) = TypeOf(path);
        context.Response.ContentType = type;
        // A file must not run scripts or load other addresses, even if opened in a tab of its own.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
        if (!shown || context.Request.Query.ContainsKey("download"))
            context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = path.Split('/')[^1] }.ToString();
        try
        {
            await registry.Artifacts.DownloadAsync(artifact, context.Response.Body, context.RequestAborted);
        }
        catch (RegistryException error) when (!context.Response.HasStarted)
        {
            context.Response.Headers.ContentDisposition = default;
            await Refusal.WriteAsync(context, error);
        }
    }

    private static (string Type, bool Shown) TypeOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" or ".JPG" or ".JPEG" or ".WEBP" or ".GIF" or ".SVG" when Types.TryGetContentType(path, out var type) => (type, true),
        ".TXT" or ".MD" or ".JSON" or ".CSV" or ".YAML" or ".YML" or ".LOG" => ("text/plain; charset=utf-8", true),
        _ => ("application/octet-stream", false),
    };
}
