using System.Globalization;
using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Linnaeus.Portal.Access;

/// <summary>
/// Sign-in with the OpenID Connect provider whose access tokens the services accept (<c>Access:Authority</c>): authorization code with PKCE (RFC 7636). The
/// visitor gets the provider's access token, and the session expires with it.
/// </summary>
/// <param name="ClientId">The Portal's client ID at the provider.</param>
/// <param name="ClientSecret">Null for a public client.</param>
/// <param name="Scopes">Scopes to request for the access token.</param>
internal sealed record ProviderSignIn(Uri Authority, string ClientId, string? ClientSecret, IReadOnlyList<string> Scopes)
{
    /// <summary>Redirects to the provider.</summary>
    public const string Path = $"{PortalAccess.SignInPath}/provider";

    private const string Scheme = "Provider";
    private const string UsualScopes = "openid profile linnaeus.read linnaeus.write";

    /// <summary>Null if the settings name no client.</summary>
    /// <exception cref="InvalidOperationException">The settings are incomplete.</exception>
    public static ProviderSignIn? Read(IConfiguration configuration, AccessOptions access)
    {
        if (configuration["Portal:ClientId"] is not { Length: > 0 } client)
            return null;
        var authority = access.Authority ?? throw new InvalidOperationException(
            "Portal__ClientId requires Access__Authority, the OpenID Connect provider where this client is registered. The services accept its tokens by the same setting.");
        var scopes = configuration["Portal:Scopes"] is { Length: > 0 } asked ? asked : UsualScopes;
        return new ProviderSignIn(authority, client, configuration["Portal:ClientSecret"] is { Length: > 0 } secret ? secret : null, scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    public void AddTo(AuthenticationBuilder authentication) => authentication.AddOpenIdConnect(Scheme, Apply);

    public static void Map(WebApplication app) => app.MapGet(Path, (HttpContext context) =>
    {
        var back = PortalAccess.LocalAddress(context.Request.Query[PortalAccess.ReturnParameter]);
        return context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = back });
    }).AllowAnonymous();

    private void Apply(OpenIdConnectOptions oidc)
    {
        oidc.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        oidc.Authority = Authority.ToString();
        oidc.RequireHttpsMetadata = !Authority.IsLoopback;
        (oidc.ClientId, oidc.ClientSecret) = (ClientId, ClientSecret);
        // A redirect carries Lax cookies over plain HTTP too; a form post would need SameSite=None.
        (oidc.ResponseType, oidc.ResponseMode) = ("code", "query");
        oidc.NonceCookie.SameSite = oidc.CorrelationCookie.SameSite = SameSiteMode.Lax;
        oidc.NonceCookie.SecurePolicy = oidc.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        oidc.MapInboundClaims = false;
        oidc.Scope.Clear();
        foreach (var scope in Scopes)
            oidc.Scope.Add(scope);
        oidc.Events.OnTokenValidated = RecognizeAsync;
        oidc.Events.OnRemoteFailure = TellAsync;
    }

    /// <summary>Looks the token up in the Registry: a token that it rejects would open no page.</summary>
    private static async Task RecognizeAsync(TokenValidatedContext context)
    {
        var token = context.TokenEndpointResponse?.AccessToken ?? "";
        var registry = context.HttpContext.RequestServices.GetRequiredService<RegistryClient>();
        if (token.Length == 0 || await registry.Tokens.FindAsync(token, context.HttpContext.RequestAborted) is not { } holder)
        {
            context.Fail("The Registry rejected the provider's access token. Check Access__Authority and Access__Audience of the Registry, and Portal__Scopes of the Portal.");
            return;
        }
        context.Principal = Visitor.Principal(holder.Name, holder.Scope, token, CookieAuthenticationDefaults.AuthenticationScheme);
        context.Properties!.ExpiresUtc = double.TryParse(context.TokenEndpointResponse!.ExpiresIn, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UtcNow.AddSeconds(seconds) : null;
        context.Properties.AllowRefresh = false;
    }

    private static Task TellAsync(RemoteFailureContext context)
    {
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<ProviderSignIn>>();
        logger.LogWarning("Provider sign-in failed: {Reason}", context.Failure?.Message);
        context.HandleResponse();
        context.Response.Redirect($"{PortalAccess.SignInPath}?failed=true&{PortalAccess.ReturnParameter}={Uri.EscapeDataString(PortalAccess.LocalAddress(context.Properties?.RedirectUri))}");
        return Task.CompletedTask;
    }
}
