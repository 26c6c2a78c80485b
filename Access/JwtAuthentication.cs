using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Linnaeus.Access;

/// <summary>
/// Takes the access tokens (JWT, RFC 9068) of an OpenID Connect provider beside the Registry's own: signed by a key of the authority, for this
/// audience, with <c>linnaeus.read</c>, <c>linnaeus.write</c> or <c>linnaeus.admin</c> among <c>scope</c>, <c>scp</c> or <c>roles</c>.
/// </summary>
internal static class JwtAuthentication
{
    public const string Name = "Jwt";
    private const string Prefix = "linnaeus.";

    // What providers sign with; never a shared secret, which could be the public key itself.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void AddJwt(this AuthenticationBuilder authentication, AccessOptions access)
    {
        authentication.Services.Configure<AuthenticationSchemeOptions>(TokenAuthentication.Name, scheme =>
        {
            scheme.ForwardDefaultSelector = SchemeFor;
            scheme.ForwardChallenge = scheme.ForwardForbid = TokenAuthentication.Name; // refusals look the same
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

    /// <summary>Also a token that is the password of basic authentication.</summary>
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

    /// <summary>The caller learns only that it is refused. The reason, which may lie in the settings, is for the administrator.</summary>
    private static Task Tell(AuthenticationFailedContext context)
    {
        var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<JwtBearerHandler>>();
        logger.LogWarning("A JWT was refused: {Reason}", context.Exception.Message);
        return Task.CompletedTask;
    }

    /// <summary>The scheme that a request is for: a JWT has three parts, which no token of ours has.</summary>
    private static string SchemeFor(HttpContext context) =>
        Credentials.TryRead(context.Request, out var token) && token.Count(c => c == '.') == 2 ? Name : TokenAuthentication.Name;

    /// <summary>The subject, which the provider never gives to another, and the name that people know.</summary>
    private static string NameOf(ClaimsPrincipal caller)
    {
        var subject = caller.FindFirstValue("sub") ?? caller.FindFirstValue("azp") ?? caller.FindFirstValue("client_id") ?? "unnamed";
        return caller.FindFirstValue("preferred_username") is { Length: > 0 } known && known != subject ? $"{known} ({subject})" : subject;
    }

    private static AccessScope? ScopeOf(ClaimsPrincipal caller)
    {
        var granted = caller.Claims.Where(claim => claim.Type is "scope" or "scp" or "roles").SelectMany(claim => claim.Value.Split(' '))
            .Where(word => word.StartsWith(Prefix, StringComparison.Ordinal)).Select(word => word[Prefix.Length..]).ToHashSet(StringComparer.Ordinal);
        return Enum.GetValues<AccessScope>().Where(scope => granted.Contains(scope.ToString().ToLowerInvariant())).Cast<AccessScope?>().Max();
    }
}
