namespace Linnaeus.Access;

/// <summary>The owner of a token.</summary>
/// <param name="Name">The token's name, for the audit log.</param>
/// <param name="ExpiresAt">Null for a token that does not expire.</param>
public sealed record TokenOwner(string Name, AccessScope Scope, DateTimeOffset? ExpiresAt = null);

/// <summary>Looks up tokens: the Registry in its database, other services at the Registry.</summary>
public interface ITokenSource
{
    /// <summary>The owner of a valid token; null for any other text.</summary>
    Task<TokenOwner?> FindAsync(string token, CancellationToken cancellationToken);
}
