namespace Linnaeus.Portal;

/// <summary>Limits pages to scripts, styles and images of the Portal itself, and keeps other sites from framing them.</summary>
internal sealed class PageSecurity(RequestDelegate next)
{
    // Blazor's import map and the style attributes of components are inline.
    private const string Policy =
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }
}
