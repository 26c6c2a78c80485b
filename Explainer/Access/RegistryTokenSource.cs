using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Access;

/// <summary>Looks up the owner of a token in the Registry.</summary>
public sealed class RegistryTokenSource(RegistryClient registry) : ITokenSource
{
    /// <exception cref="ProblemException">503: the Registry does not answer.</exception>
    public async Task<TokenOwner?> FindAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.Tokens.FindAsync(token, cancellationToken) is { } holder
                ? new TokenOwner(holder.Name, Enum.Parse<AccessScope>(holder.Scope, ignoreCase: true)) : null;
        }
        catch (RegistryException error)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, $"Cannot verify the token, the Registry is unavailable: {error.Message}", inner: error)
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
    }
}
