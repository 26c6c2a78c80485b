using System.Net;
using Linnaeus.Portal.Endpoints;

namespace Linnaeus.Portal.Access;

/// <summary>Rejects cross-origin requests, WebSocket handshakes included: browsers would send the session cookie along from a neighboring port or host name.</summary>
internal static class OtherSites
{
    public static Task TurnAwayAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.Authority.Equals(Authority(context.Request), StringComparison.OrdinalIgnoreCase)))
            return next(context);
        return Refusal.WriteAsync(context, HttpStatusCode.Forbidden,
            $"Cross-origin request from {origin} rejected; this site is {context.Request.Host}. Behind a proxy, forward the original Host header.");
    }

    /// <summary>Without the default port of the scheme, as in an origin.</summary>
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here) ? here.Authority : "";
}
