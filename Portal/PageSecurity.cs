namespace Linnaeus.Portal;

/// <summary>Pages load scripts, styles and pictures from the Portal alone, and are shown in no other site's frame.</summary>
internal sealed class PageSecurity(RequestDelegate next)
{
    // Blazor's import map and a component's own style attributes are inline.
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
