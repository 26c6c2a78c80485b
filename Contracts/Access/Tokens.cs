namespace Linnaeus.Contracts;

/// <summary>Scopes of an access token; each includes the ones before it.</summary>
public static class TokenScopes
{
    public const string Read = "read";
    public const string Write = "write";

    /// <summary>Also tokens, policies and garbage collection.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = Choice.Names<AccessScope>();
}

/// <summary><c>POST /api/tokens</c>: a new access token.</summary>
public sealed record CreateTokenRequest
{
    /// <summary>Shown in lists and in the audit log: 1 to 100 characters, unique among tokens that are not revoked.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="TokenScopes"/>.</summary>
    public string Scope { get; init; } = TokenScopes.Read;

    /// <summary>Above 0, at most 3650; absent for a token that does not expire.</summary>
    public double? ExpiresInDays { get; init; }
}

/// <summary>An access token as the Registry stores it.</summary>
public sealed record AccessToken
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Scope { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of the token that created this one; absent when the Registry was open.</summary>
    public string? CreatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Accurate to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The secret; only in the response that creates the token.</summary>
    public string? Token { get; init; }
}

public sealed record TokenList(IReadOnlyList<AccessToken> Tokens);

/// <summary><c>GET /api/tokens/self</c>: the owner of the request's token.</summary>
public sealed record TokenHolder(string Name, string Scope);
