using System.Net;
using Linnaeus.Portal.Endpoints;

namespace Linnaeus.Portal.Access;

/// <summary>Turns away what another site's page sends, a WebSocket's opening included: browsers would send the session along from a neighbouring port or name.</summary>
internal static class OtherSites
{
    public static Task TurnAwayAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.Authority.Equals(Authority(context.Request), StringComparison.OrdinalIgnoreCase)))
            return next(context);
        return Refusal.WriteAsync(context, HttpStatusCode.Forbidden,
            $"The request came from a page of {origin}, and this is {context.Request.Host}. Behind a proxy, let it pass the Host header on as it is.");
    }

    /// <summary>Without the scheme's own port, as in an origin.</summary>
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here) ? here.Authority : "";
}
