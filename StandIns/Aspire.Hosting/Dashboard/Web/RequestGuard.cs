using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// What every request to the pages passes first: headers that confine the browser, the Host check against DNS rebinding, and
/// the same-origin rule for everything that changes something.
/// </summary>
internal static class RequestGuard
{
    private const string Policy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // With "no-referrer" browsers would send the login form with "Origin: null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!KnownHost(context.Request.Host.Host))
            return Problems.WriteAsync(
                context, 400, "Unknown host",
                $"The dashboard does not answer for the host '{context.Request.Host.Host}': open it as localhost or by IP address.");
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !SameOrigin(context.Request))
            return Problems.WriteAsync(
                context, 403, "Foreign origin",
                "A request that changes something must come from the dashboard's own pages (header Origin).");
        return next(context);
    }

    /// <summary>A rebound DNS name is neither an IP address nor a name that always means this machine.</summary>
    private static bool KnownHost(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static bool SameOrigin(HttpRequest request) =>
        !StringValues.IsNullOrEmpty(request.Headers.Origin)
        && string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
