using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Endpoints;

/// <summary><c>/files/datasets/{picture}?dataset=…</c>: dataset images and previews for the browser, which may not reach the Explainer.</summary>
internal static class DatasetEndpoints
{
    private static readonly Dictionary<string, string> Types = new() { ["image"] = "image/jpeg", ["augmentation"] = "image/png", ["mixing"] = "image/png" };

    public static void MapDatasets(this IEndpointRouteBuilder app) => app.MapGet("/files/datasets/{picture}", SendAsync);

    private static async Task SendAsync(string picture, HttpContext context, ExplainerClient explainer)
    {
        if (!Types.TryGetValue(picture, out var type))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = type;
        // The same URL gives the same image unless someone changes the files.
        context.Response.Headers.CacheControl = "private, max-age=300";
        try
        {
            await explainer.Datasets.DownloadAsync(picture, context.Request.QueryString.Value?.TrimStart('?') ?? "", context.Response.Body, context.RequestAborted);
        }
        catch (RegistryException error) when (!context.Response.HasStarted)
        {
            context.Response.Headers.CacheControl = "no-store";
            await Refusal.WriteAsync(context, error);
        }
    }
}
