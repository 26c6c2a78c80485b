using System.Security.Claims;

namespace Linnaeus.Access;

/// <summary>Reads the platform's claims of a caller.</summary>
public static class AccessClaims
{
    internal const string Scope = "linnaeus:scope";

    internal static ClaimsPrincipal Principal(string name, AccessScope? scope, string scheme)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], scheme);
        if (scope is { } granted) identity.AddClaim(new Claim(Scope, granted.ToString()));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The caller's highest scope, or null.</summary>
    public static AccessScope? ScopeOf(ClaimsPrincipal caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var scopes = caller.FindAll(Scope).Select(claim => Enum.Parse<AccessScope>(claim.Value)).ToList();
        return scopes is [] ? null : scopes.Max();
    }
}
