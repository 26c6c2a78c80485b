using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Linnaeus.Access;

/// <summary>Authenticates a request by its token; answers 401 and 403.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, VerifiedTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Token";
    private const string Unknown = "Invalid, expired or revoked token.";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Credentials.TryRead(Request, out var token)) return AuthenticateResult.NoResult();
        if (token.Length == 0 || await tokens.FindAsync(token, Context.RequestAborted) is not { } owner) return AuthenticateResult.Fail(Unknown);
        return AuthenticateResult.Success(new AuthenticationTicket(AccessClaims.Principal(owner.Name, owner.Scope, Name), Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        var bearer = failed ? "Bearer realm=\"linnaeus\", error=\"invalid_token\"" : "Bearer realm=\"linnaeus\"";
        Response.Headers.WWWAuthenticate = new([bearer, "Basic realm=\"linnaeus\", charset=\"UTF-8\""]);
        await Refusal.WriteAsync(Context, StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", (failed ? Unknown : "This server requires a token.")
            + " Set MLFLOW_TRACKING_TOKEN (MLflow), LINNAEUS_TOKEN (linnaeus), or send the header 'Authorization: Bearer TOKEN'."
            + " An administrator creates tokens with POST /api/tokens of the Registry.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusal.WriteAsync(
        Context, StatusCodes.Status403Forbidden, "PERMISSION_DENIED",
        $"{Request.Method} {Request.Path} needs a token of scope {NeededScope.Of(Context).Name()}; "
        + $"'{Context.User.Identity?.Name}' has {(AccessClaims.ScopeOf(Context.User) is { } scope ? scope.Name() : "none")}.");
}
