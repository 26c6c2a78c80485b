using System.Security.Claims;

namespace Linnaeus.Portal.Access;

/// <summary>The current user, one per request and per circuit; anonymous if authentication is disabled.</summary>
public sealed class Visitor
{
    private const string ScopeClaim = "linnaeus:scope";
    private const string TokenClaim = "linnaeus:token";

    private ClaimsPrincipal? _principal;

    /// <summary>The name of the access token; null without a session.</summary>
    public string? Name => _principal is { Identity.IsAuthenticated: true } ? _principal.Identity.Name : null;

    /// <summary>Scope of the token: <c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public string? Scope => _principal?.FindFirstValue(ScopeClaim);

    /// <summary>Sent to the services, so that the visitor's own scope applies. Not for pages, logs or traces.</summary>
    internal string? Token => _principal?.FindFirstValue(TokenClaim);

    internal void Recognize(ClaimsPrincipal principal) => _principal = principal;

    /// <summary>The content of a session, stored encrypted.</summary>
    internal static ClaimsPrincipal Principal(string name, string scope, string token, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ScopeClaim, scope), new Claim(TokenClaim, token)], scheme));
}
