using Linnaeus.Registry.Client;
using Linnaeus.Access;
using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Access;

/// <summary>Asks the Registry whose token it is.</summary>
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
                StatusCodes.Status503ServiceUnavailable, $"The Registry, which knows the tokens, cannot be asked: {error.Message}", inner: error)
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
    }
}
