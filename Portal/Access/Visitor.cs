using System.Security.Claims;

namespace Linnaeus.Portal.Access;

/// <summary>Who looks at the pages: one for each request and each circuit. Where nobody is asked to sign in, nobody in particular.</summary>
public sealed class Visitor
{
    private const string ScopeClaim = "linnaeus:scope";
    private const string TokenClaim = "linnaeus:token";

    private ClaimsPrincipal? _principal;

    /// <summary>The name of the token signed in with; null without a session.</summary>
    public string? Name => _principal is { Identity.IsAuthenticated: true } ? _principal.Identity.Name : null;

    /// <summary>What the token allows: <c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public string? Scope => _principal?.FindFirstValue(ScopeClaim);

    /// <summary>What the services are asked with, so that the visitor's own scope holds. Not for pages, logs or traces.</summary>
    internal string? Token => _principal?.FindFirstValue(TokenClaim);

    internal void Recognize(ClaimsPrincipal principal) => _principal = principal;

    /// <summary>What a session keeps, encrypted.</summary>
    internal static ClaimsPrincipal Principal(string name, string scope, string token, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ScopeClaim, scope), new Claim(TokenClaim, token)], scheme));
}
