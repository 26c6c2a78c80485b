using Linnaeus.Access;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Garbage;

/// <summary><c>/api/gc</c>.</summary>
internal static class GarbageEndpoints
{
    /// <summary>Further back than the clock's zero, where the subtraction ends.</summary>
    private const double MostDays = 36_500;

    public static IServiceCollection AddGarbage(this IServiceCollection services) =>
        services.AddScoped<DoomedRows>().AddScoped<GarbagePreview>().AddScoped<GarbageCollection>();

    public static void MapGarbage(this IEndpointRouteBuilder app) => app.MapPost("/api/gc", CollectAsync).NeedsScope(AccessScope.Admin).WithTags("Garbage")
        .WithSummary("Remove for good what was deleted older_than_days ago and bytes that nothing refers to; with dry_run (the default) only list it.")
        .ProducesProblem(400);

    private static Task<GarbageReport> CollectAsync(GarbageRequest? request, GarbageCollection collection, CancellationToken cancellationToken)
    {
        request ??= new GarbageRequest();
        return request.OlderThanDays is >= 0 and <= MostDays ? collection.CollectAsync(request, cancellationToken)
            : throw RegistryException.Invalid($"older_than_days: must be a number from 0 to {MostDays}, got {request.OlderThanDays}.");
    }
}
