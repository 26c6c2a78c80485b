using Linnaeus.Registry.Models;

namespace Linnaeus.Registry.Lineage;

/// <summary><c>/api/models/{name}/versions/{version}/lineage</c>.</summary>
internal static class LineageEndpoints
{
    public static IServiceCollection AddLineage(this IServiceCollection services) => services.AddScoped<LineageReader>();

    public static void MapLineage(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/models/{name}/versions/{version}/lineage", ReadAsync).WithTags("Models")
            .WithSummary("Get the lineage of a version: run, job, spec, dataset, parent, trace, children and explanations.")
            .Produces<VersionLineage>().ProducesProblem(404);

    private static async Task<VersionLineage> ReadAsync(string name, string version, ModelReader reader, LineageReader lineage,
        CancellationToken cancellationToken) =>
        await lineage.ReadAsync(await reader.VersionAsync(ModelEndpoints.Decode(name), version, cancellationToken), cancellationToken);
}
