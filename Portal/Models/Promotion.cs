using System.Net;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Models;

/// <summary>How the assignment of an alias ended.</summary>
public enum PromotionEnd { Moved, MovedByOther, Refused, Failed }

/// <summary>Result of an assignment.</summary>
/// <param name="Alias">The current state of the alias; null if it is unassigned or unknown.</param>
/// <param name="Rules">Results of the policy check that rejected the version.</param>
public sealed record PromotionAnswer(PromotionEnd End, string Message, AliasInfo? Alias = null, IReadOnlyList<RuleResult>? Rules = null);

/// <summary>Assigns an alias if nobody has changed it since it was shown (optimistic concurrency by ETag).</summary>
/// <param name="seen">The alias as shown; null if it was unassigned.</param>
public sealed class Promotion(RegistryClient registry, string model, string alias, AliasInfo? seen)
{
    /// <exception cref="RegistryException">The Registry cannot be reached, so it is unknown whether the alias was assigned.</exception>
    public async Task<PromotionAnswer> MoveAsync(SetAliasRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var now = await registry.Aliases.SetAsync(model, alias, request, seen?.Etag ?? AliasesClient.Absent, cancellationToken);
            return new PromotionAnswer(PromotionEnd.Moved, $"{alias} now points to v{now.Version}.", now);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.PreconditionFailed)
        {
            var now = (await registry.Aliases.ListAsync(model, cancellationToken)).FirstOrDefault(a => a.Alias == alias);
            return new PromotionAnswer(PromotionEnd.MovedByOther, Told(now), now);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.Conflict)
        {
            var report = await registry.Aliases.CheckAsync(model, alias, request.Version, cancellationToken);
            return new PromotionAnswer(PromotionEnd.Refused, report.Passed ? error.Message : $"v{request.Version} fails the policy of {alias}.", seen, report.Rules);
        }
        catch (RegistryException error) when (!error.IsTransient)
        {
            return new PromotionAnswer(PromotionEnd.Failed, error.Message, seen);
        }
    }

    private string Told(AliasInfo? now) => (now, now?.LastMove) switch
    {
        (null, _) => $"Someone removed {alias} while this form was open. Assign it again if you still want to.",
        (_, { } move) => $"{move.By} assigned {alias} to v{now.Version} while this form was open{(move.Reason is { } reason ? $": “{reason}”" : "")}. Assign it again if you still want to.",
        _ => $"Someone assigned {alias} to v{now.Version} while this form was open. Assign it again if you still want to.",
    };
}
