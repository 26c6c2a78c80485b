using System.Globalization;
using System.Text;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Comparisons;

/// <summary><c>/api/models/{name}/compare</c>.</summary>
internal static class ComparisonEndpoints
{
    private const int Most = 6;
    private const int DefaultSeed = 1;
    private const string Markdown = "text/markdown";

    public static IServiceCollection AddComparison(this IServiceCollection services) => services.AddScoped<VersionComparer>();

    public static void MapComparison(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/models/{name}/compare", CompareAsync).WithTags("Models")
            .WithSummary("Compare 2 to 6 versions; the first is the baseline. Markdown with an Accept header or format=markdown.")
            .WithDescription("versions: comma-separated numbers, @aliases or latest of this model; OTHER/2 or models:/OTHER@ALIAS for another model.")
            .Produces<VersionComparison>().Produces<string>(200, Markdown).ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> CompareAsync(string name, string? versions, int? seed, string? format, HttpContext context, ModelReader reader,
        VersionComparer comparer, CancellationToken cancellationToken)
    {
        if (format is not (null or "json" or "markdown")) throw RegistryException.Invalid($"format must be json or markdown, got '{format}'.");
        var compared = new List<VersionDetails>();
        foreach (var (model, version) in Parse(ModelEndpoints.Decode(name), versions))
        {
            var details = await reader.VersionAsync(model, version, cancellationToken);
            if (compared.Exists(c => (c.Version.ModelId, c.Version.Version) == (details.Version.ModelId, details.Version.Version)))
                throw RegistryException.Invalid($"versions names version {details.Version.Version} of model '{details.Name}' twice.");
            compared.Add(details);
        }
        var comparison = await comparer.CompareAsync(compared, seed ?? DefaultSeed, cancellationToken);
        return (format ?? (WantsMarkdown(context) ? "markdown" : "json")) == "markdown"
            ? TypedResults.Text(ComparisonMarkdown.Write(comparison), Markdown, Encoding.UTF8) : TypedResults.Ok(comparison);
    }

    private static bool WantsMarkdown(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept.MaxBy(a => a.Quality ?? 1) is { } wanted
        && wanted.MediaType.Equals(Markdown, StringComparison.OrdinalIgnoreCase);

    /// <summary>Model and number, <c>@alias</c> or <c>latest</c> of each requested version.</summary>
    private static List<(string Model, string Version)> Parse(string name, string? versions)
    {
        var parts = (versions ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (versions?.Contains('\0', StringComparison.Ordinal) == true) throw RegistryException.Invalid("versions must not contain a NUL character.");
        if (parts.Length is < 2 or > Most)
            throw RegistryException.Invalid(
                $"versions must list 2 to {Most} versions, got {parts.Length}. Example: versions=3,4 or versions=3,OTHER/2.");
        return [.. parts.Select(part => ModelUri.TryParse(part, out var uri)
            ? (uri.Name, uri.Version?.ToString(CultureInfo.InvariantCulture) ?? $"@{uri.Alias}")
            : part.LastIndexOf('/') is var slash and > 0 ? (part[..slash], part[(slash + 1)..]) : (name, part))];
    }
}
