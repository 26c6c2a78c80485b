using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>The scope that a request needs.</summary>
public static class NeededScope
{
    /// <summary>Overrides the default scope: read for GET and HEAD, write for other methods.</summary>
    public static TBuilder NeedsScope<TBuilder>(this TBuilder endpoint, AccessScope scope)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Marker(scope));

    internal static AccessScope Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Marker>() is { } marker ? marker.Scope
        : HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? AccessScope.Read : AccessScope.Write;

    private sealed record Marker(AccessScope Scope);
}
