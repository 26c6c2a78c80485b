using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>
/// Tells browsers to treat responses as data, whatever file was uploaded: no scripts, frames, content sniffing or use by other sites.
/// </summary>
internal static class SecurityHeaders
{
    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        // Set when the response starts, since an error clears earlier headers.
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
