using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>
/// An open service serves the programs of this machine. A browser on it also runs the pages of strangers: those come under another name that was
/// made to lead here (DNS rebinding: the <c>Host</c> header), or as a form or script of another site (the <c>Origin</c> header).
/// </summary>
internal static class LocalCallers
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isProbe = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (isProbe || (IsLocalHost(request.Host) && IsLocalOrigin(request.Headers.Origin)))
            return next(context);
        return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "PERMISSION_DENIED",
            "This service is open to this machine alone, and the request came by another name or from a page of another site. "
            + "Use the address http://localhost, or set Access__Mode=required and show a token.");
    }

    /// <summary>HTTP/1.0 has no Host header, and no browser speaks it.</summary>
    private static bool IsLocalHost(HostString host) => !host.HasValue || ListenAddresses.IsLoopback(host.Host);

    private static bool IsLocalOrigin(string? origin) =>
        string.IsNullOrEmpty(origin) || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && ListenAddresses.IsLoopback(site.Host));
}
