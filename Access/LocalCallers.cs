using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>
/// Protects an open service from web pages in a local browser: DNS rebinding (another name in the <c>Host</c> header) and forms or scripts
/// of another site (the <c>Origin</c> header).
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
            "This service accepts local requests only. The request used another host name or came from another site. "
            + "Use the address http://localhost, or set Access__Mode=required and send a token.");
    }

    /// <summary>HTTP/1.0 has no Host header, and browsers do not use it.</summary>
    private static bool IsLocalHost(HostString host) => !host.HasValue || ListenAddresses.IsLoopback(host.Host);

    private static bool IsLocalOrigin(string? origin) =>
        string.IsNullOrEmpty(origin) || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && ListenAddresses.IsLoopback(site.Host));
}
