using System.Globalization;
using System.Security.Claims;
using Linnaeus.Registry.Http;
using Linnaeus.Access;

namespace Linnaeus.Registry.Access;

/// <summary><c>/api/tokens</c>: access tokens.</summary>
internal static class TokenEndpoints
{
    private const int LongestName = 100;
    private const double MostDays = 3650;

    public static void AddTokens(this IHostApplicationBuilder builder)
    {
        builder.AddAccess<RegistryTokens>();
        builder.Services.AddSingleton(new ConfiguredTokens(builder.Configuration)).AddSingleton<TokenUses>().AddScoped<TokenStore>()
            .AddHostedService(services => services.GetRequiredService<TokenUses>());
    }

    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        var tokens = app.MapGroup("/api/tokens").WithTags("Tokens");
        tokens.MapGet("/self", Self).WithSummary("Get the owner of the request's token.").ProducesProblem(401);
        var kept = tokens.MapGroup("").NeedsScope(AccessScope.Admin);
        kept.MapPost("/", CreateAsync).WithSummary("Create an access token. Only this response contains its secret.")
            .Produces<AccessToken>(201).ProducesProblem(400);
        kept.MapGet("/", ListAsync).WithSummary("List all access tokens, newest first, without their secrets.");
        kept.MapDelete("/{id:long}", RevokeAsync).WithSummary("Revoke a token. It stops working within seconds.")
            .Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> CreateAsync(CreateTokenRequest request, HttpContext context, TokenStore store,
        CancellationToken cancellationToken)
    {
        Check(request);
        var token = await store.CreateAsync(request, context.User.Identity?.Name, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/tokens/{token.Id.ToString(CultureInfo.InvariantCulture)}", token);
    }

    private static Task<TokenList> ListAsync(TokenStore store, CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    private static async Task<IResult> RevokeAsync(long id, TokenStore store, CancellationToken cancellationToken)
    {
        await store.RevokeAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>An open Registry cannot identify callers, so services that ask it must reject them.</summary>
    private static TokenHolder Self(ClaimsPrincipal caller) => caller.Identity is { IsAuthenticated: true, Name: { } name }
        ? new TokenHolder(name, AccessClaims.ScopeOf(caller)?.Name() ?? "")
        : throw new RegistryException(ErrorCode.Unauthenticated, "This Registry is open and cannot identify callers. Set Access__Mode to required.");

    private static void Check(CreateTokenRequest request)
    {
        var faults = new Faults();
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > LongestName || request.Name.Any(char.IsControl))
            faults.Add("$.name", $"is required: 1 to {LongestName} characters without control characters.");
        if (!TokenScopes.All.Contains(request.Scope))
            faults.Add("$.scope", $"must be {string.Join(", ", TokenScopes.All)}, got '{request.Scope}'.");
        if (request.ExpiresInDays is { } days and not (> 0 and <= MostDays))
            faults.Add("$.expires_in_days", string.Create(CultureInfo.InvariantCulture, $"must be above 0, at most {MostDays}, got {days}."));
        faults.ThrowIfAny("The token");
    }
}
