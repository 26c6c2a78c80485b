using System.Net;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>How a move of an alias ended.</summary>
public enum PromotionEnd { Moved, MovedByOther, Refused, Failed }

/// <summary>What became of a move.</summary>
/// <param name="Alias">Where the alias points now; null when it is not there, or not known.</param>
/// <param name="Rules">How the version stands to the policy that refused it.</param>
public sealed record PromotionAnswer(PromotionEnd End, string Message, AliasInfo? Alias = null, IReadOnlyList<RuleResult>? Rules = null);

/// <summary>Moves an alias from the state that somebody has seen it in, and from no other.</summary>
/// <param name="seen">The alias as it was seen; null when it was not there.</param>
public sealed class Promotion(RegistryClient registry, string model, string alias, AliasInfo? seen)
{
    /// <exception cref="RegistryException">The Registry cannot be reached, so it is not known whether the alias was moved.</exception>
    public async Task<PromotionAnswer> MoveAsync(SetAliasRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var now = await registry.Aliases.SetAsync(model, alias, request, seen?.Etag ?? AliasesClient.Absent, cancellationToken);
            return new PromotionAnswer(PromotionEnd.Moved, $"{alias} is now version {now.Version}.", now);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.PreconditionFailed)
        {
            var now = (await registry.Aliases.ListAsync(model, cancellationToken)).FirstOrDefault(a => a.Alias == alias);
            return new PromotionAnswer(PromotionEnd.MovedByOther, Told(now), now);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.Conflict)
        {
            var report = await registry.Aliases.CheckAsync(model, alias, request.Version, cancellationToken);
            return new PromotionAnswer(PromotionEnd.Refused, report.Passed ? error.Message : $"The policy of {alias} refuses version {request.Version}.", seen, report.Rules);
        }
        catch (RegistryException error) when (!error.IsTransient)
        {
            return new PromotionAnswer(PromotionEnd.Failed, error.Message, seen);
        }
    }

    private string Told(AliasInfo? now) => (now, now?.LastMove) switch
    {
        (null, _) => $"Somebody removed {alias} while this form was open. Move it again if you still want to.",
        (_, { } move) => $"{move.By} moved {alias} to version {now.Version} while this form was open{(move.Reason is { } reason ? $": “{reason}”" : "")}. Move it again if you still want to.",
        _ => $"Somebody moved {alias} to version {now.Version} while this form was open. Move it again if you still want to.",
    };
}
