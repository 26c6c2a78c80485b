using Linnaeus.Access;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Garbage;

/// <summary><c>/api/gc</c>.</summary>
internal static class GarbageEndpoints
{
    /// <summary>Keeps the subtraction within the range of dates.</summary>
    private const double MostDays = 36_500;

    public static IServiceCollection AddGarbage(this IServiceCollection services) =>
        services.AddScoped<DoomedRows>().AddScoped<GarbagePreview>().AddScoped<GarbageCollection>();

    public static void MapGarbage(this IEndpointRouteBuilder app) => app.MapPost("/api/gc", CollectAsync).NeedsScope(AccessScope.Admin).WithTags("Garbage")
        .WithSummary("Purge data deleted at least older_than_days ago and orphaned blobs. With dry_run (the default), only list them.")
        .ProducesProblem(400);

    private static Task<GarbageReport> CollectAsync(GarbageRequest? request, GarbageCollection collection, CancellationToken cancellationToken)
    {
        request ??= new GarbageRequest();
        return request.OlderThanDays is >= 0 and <= MostDays ? collection.CollectAsync(request, cancellationToken)
            : throw RegistryException.Invalid($"older_than_days must be a number from 0 to {MostDays}, got {request.OlderThanDays}.");
    }
}
