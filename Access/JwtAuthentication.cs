using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Linnaeus.Access;

/// <summary>
/// Also accepts access tokens (JWT, RFC 9068) of an OpenID Connect provider: signed by a key of the authority, for this
/// audience, with <c>linnaeus.read</c>, <c>linnaeus.write</c> or <c>linnaeus.admin</c> among <c>scope</c>, <c>scp</c> or <c>roles</c>.
/// </summary>
internal static class JwtAuthentication
{
    public const string Name = "Jwt";
    private const string Prefix = "linnaeus.";

    // Asymmetric algorithms only: with a shared secret, the public key could be used as the secret.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void AddJwt(this AuthenticationBuilder authentication, AccessOptions access)
    {
        authentication.Services.Configure<AuthenticationSchemeOptions>(TokenAuthentication.Name, scheme =>
        {
            scheme.ForwardDefaultSelector = SchemeFor;
            scheme.ForwardChallenge = scheme.ForwardForbid = TokenAuthentication.Name; // the same 401 and 403 responses
        });
        authentication.AddJwtBearer(Name, jwt =>
        {
            jwt.Authority = access.Authority!.ToString();
            jwt.RequireHttpsMetadata = !ListenAddresses.IsLoopback(access.Authority.Host);
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters.ValidAudience = access.Audience;
            jwt.TokenValidationParameters.ValidAlgorithms = Algorithms;
            jwt.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
            jwt.Events = new JwtBearerEvents { OnMessageReceived = Read, OnTokenValidated = Translate, OnAuthenticationFailed = Tell };
        });
    }

    /// <summary>Also reads a token sent as the password of basic authentication.</summary>
    private static Task Read(MessageReceivedContext context)
    {
        if (Credentials.TryRead(context.Request, out var token)) context.Token = token;
        return Task.CompletedTask;
    }

    private static Task Translate(TokenValidatedContext context)
    {
        context.Principal = AccessClaims.Principal(NameOf(context.Principal!), ScopeOf(context.Principal!), Name);
        return Task.CompletedTask;
    }

    /// <summary>Logs the reason for the administrator; the caller only learns that the token was rejected.</summary>
    private static Task Tell(AuthenticationFailedContext context)
    {
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<JwtBearerHandler>>();
        logger.LogWarning("JWT rejected: {Reason}", context.Exception.Message);
        return Task.CompletedTask;
    }

    /// <summary>A JWT has three parts, which no Registry token has.</summary>
    private static string SchemeFor(HttpContext context) =>
        Credentials.TryRead(context.Request, out var token) && token.Count(c => c == '.') == 2 ? Name : TokenAuthentication.Name;

    /// <summary>The subject, which the provider never reuses, with the readable name.</summary>
    private static string NameOf(ClaimsPrincipal caller)
    {
        var subject = caller.FindFirstValue("sub") ?? caller.FindFirstValue("azp") ?? caller.FindFirstValue("client_id") ?? "unnamed";
        return caller.FindFirstValue("preferred_username") is { Length: > 0 } known && known != subject ? $"{known} ({subject})" : subject;
    }

    private static AccessScope? ScopeOf(ClaimsPrincipal caller)
    {
        var granted = caller.Claims.Where(claim => claim.Type is "scope" or "scp" or "roles").SelectMany(claim => claim.Value.Split(' '))
            .Where(word => word.StartsWith(Prefix, StringComparison.Ordinal)).Select(word => word[Prefix.Length..]).ToHashSet(StringComparer.Ordinal);
        return Enum.GetValues<AccessScope>().Where(scope => granted.Contains(scope.Name())).Cast<AccessScope?>().Max();
    }
}
