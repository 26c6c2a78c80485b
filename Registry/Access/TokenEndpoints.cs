using System.Globalization;
using System.Security.Claims;
using Linnaeus.Registry.Http;
using Linnaeus.Access;

namespace Linnaeus.Registry.Access;

/// <summary><c>/api/tokens</c>: who may call the platform.</summary>
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
        tokens.MapGet("/self", Self).WithSummary("Whose token this request shows.").ProducesProblem(401);
        var kept = tokens.MapGroup("").NeedsScope(AccessScope.Admin);
        kept.MapPost("/", CreateAsync).WithSummary("Makes an access token. Its secret is in this answer and nowhere else.")
            .Produces<AccessToken>(201).ProducesProblem(400);
        kept.MapGet("/", ListAsync).WithSummary("All access tokens, newest first, without their secrets.");
        kept.MapDelete("/{id:long}", RevokeAsync).WithSummary("Revokes a token; within seconds it opens nothing any more.")
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

    /// <summary>An open Registry vouches for nobody: services that ask it must turn callers away.</summary>
    private static TokenHolder Self(ClaimsPrincipal caller) => caller.Identity is { IsAuthenticated: true, Name: { } name }
        ? new TokenHolder(name, $"{AccessClaims.ScopeOf(caller)}".ToLowerInvariant())
        : throw new RegistryException(ErrorCode.Unauthenticated, "This Registry is open (Access__Mode) and vouches for nobody; set it to required.");

    private static void Check(CreateTokenRequest request)
    {
        var faults = new Faults();
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > LongestName || request.Name.Any(char.IsControl))
            faults.Add("$.name", $"is required: 1 to {LongestName} characters, none of them a control character.");
        if (!TokenScopes.All.Contains(request.Scope))
            faults.Add("$.scope", $"must be {string.Join(", ", TokenScopes.All)}, got '{request.Scope}'.");
        if (request.ExpiresInDays is { } days and not (> 0 and <= MostDays))
            faults.Add("$.expires_in_days", string.Create(CultureInfo.InvariantCulture, $"must be above 0, at most {MostDays}, got {days}."));
        faults.ThrowIfAny("The token");
    }
}
