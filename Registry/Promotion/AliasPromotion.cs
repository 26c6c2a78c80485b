using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Promotion;

/// <summary>Assigns aliases: checks the caller's condition and the alias's policy, and writes the audit log.</summary>
internal sealed class AliasPromotion(RegistryDb db, WriteGate gate, AliasStore aliases, ModelStore models, ModelReader reader, PolicyCheck check)
{
    /// <summary>Assigns an alias to a version; does nothing if it points there already.</summary>
    /// <exception cref="RegistryException">The condition is not met, the version does not exist, or the policy fails.</exception>
    public async Task<AliasState> SetAsync(string name, string alias, long version, AliasChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var before = await StateAsync(name, alias, cancellationToken);
            change.Check(before);
            var candidate = await reader.VersionAsync(name, version, cancellationToken);
            if (before.Version == version) return before;
            // Evaluations and files take long to read, so the policy is checked before the transaction, for the state read there.
            var broken = (await check.RunAsync(before, candidate, cancellationToken)).Where(rule => !rule.Passed).ToList();
            if (broken.Count > 0 && !change.Override) throw Refused(before, candidate, broken);
            if (await TryMoveAsync(before, alias, version, change, broken, cancellationToken) is { } after) return after;
        }
    }

    /// <summary>Removes an alias; succeeds if there is none.</summary>
    public async Task DeleteAsync(string name, string alias, AliasChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        AliasState before;
        do
        {
            before = await StateAsync(name, alias, cancellationToken);
            change.Check(before);
        }
        while (before.Version is not null && await TryMoveAsync(before, alias, null, change, [], cancellationToken) is null);
    }

    /// <summary>Null when the alias or its policy has changed since <paramref name="before"/>.</summary>
    private Task<AliasState?> TryMoveAsync(AliasState before, string alias, long? version, AliasChange change, List<RuleResult> broken,
        CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        await aliases.LockAsync(before.ModelId, token);
        var now = await aliases.StateAsync(before.ModelId, before.Alias, token);
        if (now.ETag != before.ETag || now.Policy != before.Policy) return null;
        if (version is { } number && !await db.Set<ModelVersion>().AnyAsync(v => v.ModelId == before.ModelId && v.Version == number, token))
            throw RegistryException.NotFound($"Version {number} was deleted meanwhile.");
        await aliases.MoveAsync(now, alias, version, change, broken, token);
        return await aliases.StateAsync(before.ModelId, before.Alias, token);
    }, cancellationToken);

    private async Task<AliasState> StateAsync(string name, string alias, CancellationToken cancellationToken) =>
        await aliases.StateAsync(await models.KeyAsync(name, cancellationToken), alias, cancellationToken);

    private static RegistryException Refused(AliasState state, VersionDetails candidate, List<RuleResult> broken) => new(ErrorCode.Conflict,
        $"The promotion policy of alias '{state.Alias}' failed for {candidate.Name} v{candidate.Version.Version}. "
        + string.Join("; ", broken.Select(rule => $"{rule.Rule}: {rule.Message}"))
        + ". Choose another version, change the policy, or override it with a reason (PUT /api/models/{name}/aliases/{alias}).")
    {
        Extensions = new Dictionary<string, object?> { ["broken_rules"] = broken },
    };
}
