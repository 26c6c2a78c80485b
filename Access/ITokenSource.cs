namespace Linnaeus.Access;

/// <summary>Whose token a request showed.</summary>
/// <param name="Name">The token's name, for the audit log.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="ExpiresAt">Null for a token that does not expire.</param>
public sealed record TokenOwner(string Name, AccessScope Scope, DateTimeOffset? ExpiresAt = null);

/// <summary>Knows the tokens. The Registry has them in its database; other services ask the Registry.</summary>
public interface ITokenSource
{
    /// <summary>The owner of a token that is valid now; null for any other text.</summary>
    Task<TokenOwner?> FindAsync(string token, CancellationToken cancellationToken);
}
