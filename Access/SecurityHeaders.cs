using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>
/// Tells browsers that the answers here are data: not to be run, framed, guessed at or read by other sites, whatever file somebody has uploaded.
/// </summary>
internal static class SecurityHeaders
{
    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        // When the answer starts: an error clears what was set before it.
        context.Response.OnStarting(static response =>
        {
            var headers = ((HttpResponse)response).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-site";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
