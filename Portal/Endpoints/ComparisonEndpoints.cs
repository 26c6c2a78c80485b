using Linnaeus.Portal.Comparisons;
using Linnaeus.Registry.Client;
using Microsoft.Net.Http.Headers;

namespace Linnaeus.Portal.Endpoints;

/// <summary><c>/files/compare.md?versions=flowers/3,flowers/4</c>: downloads a comparison as Markdown.</summary>
internal static class ComparisonEndpoints
{
    public static void MapComparison(this IEndpointRouteBuilder app) => app.MapGet("/files/compare.md", SendAsync);

    private static async Task<IResult> SendAsync(string? versions, HttpContext context, RegistryClient registry)
    {
        try
        {
            var choice = VersionChoice.Parse(versions);
            var text = await registry.Comparison.MarkdownAsync(choice.Model, choice.Names, cancellationToken: context.RequestAborted);
            context.Response.Headers.ContentDisposition =
                new ContentDispositionHeaderValue("attachment") { FileNameStar = $"{choice.Text.Replace('/', '-').Replace(',', '_')}.md" }.ToString();
            return TypedResults.Text(text, "text/markdown; charset=utf-8");
        }
        catch (RegistryException error)
        {
            return TypedResults.Text(error.Message, "text/plain; charset=utf-8", statusCode: (int)Refusal.StatusOf(error));
        }
    }
}
