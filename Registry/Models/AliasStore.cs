using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>The state of an alias, which may be unassigned.</summary>
/// <param name="Alias">In its original case.</param>
/// <param name="Version">Null when the alias is unassigned.</param>
/// <param name="LastMove">Newest entry of the audit log.</param>
/// <param name="Policy">JSON of the alias's policy; null when there is none.</param>
public sealed record AliasState(long ModelId, string Alias, long? Version, AliasMove? LastMove, string? Policy)
{
    public string Key => ModelStore.Fold(Alias);

    /// <summary>Differs after every change, even one that restores an earlier version.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"\"{Version}-{LastMove?.Id ?? 0}\"");

    public AliasPolicy? Rules => Policy is null ? null : JsonSerializer.Deserialize<AliasPolicy>(Policy, ApiJson.Options);
}

/// <summary>Reads and writes aliases with their audit log and policies. Writes need the caller's transaction.</summary>
public sealed class AliasStore(RegistryDb db, TimeProvider time)
{
    public async Task<AliasState> StateAsync(long modelId, string alias, CancellationToken cancellationToken)
    {
        var key = ModelStore.Fold(alias);
        // One statement, for a consistent snapshot of alias and log.
        var found = await db.Set<RegisteredModel>().Where(m => m.Id == modelId).Select(m => new
        {
            Alias = db.Set<ModelAlias>().FirstOrDefault(a => a.ModelId == m.Id && a.Alias == key),
            Move = db.Set<AliasMove>().Where(move => move.ModelId == m.Id && move.Alias == key).OrderByDescending(move => move.Id).FirstOrDefault(),
            Policy = db.Set<StoredPolicy>().Where(p => p.ModelId == m.Id && p.Alias == key).Select(p => p.Policy).FirstOrDefault(),
        }).FirstOrDefaultAsync(cancellationToken);
        return new AliasState(modelId, found?.Alias?.DisplayName ?? alias, found?.Alias?.Version, found?.Move, found?.Policy);
    }

    /// <summary>All assigned aliases of a model.</summary>
    public async Task<List<AliasState>> StatesAsync(long modelId, CancellationToken cancellationToken)
    {
        var states = new List<AliasState>();
        foreach (var alias in await db.Set<ModelAlias>().Where(a => a.ModelId == modelId).OrderBy(a => a.Alias).Select(a => a.DisplayName)
            .ToListAsync(cancellationToken)) states.Add(await StateAsync(modelId, alias, cancellationToken));
        return states;
    }

    /// <summary>The audit log of an alias, newest first.</summary>
    public Task<List<AliasMove>> HistoryAsync(long modelId, string alias, int most, CancellationToken cancellationToken) =>
        Moves(modelId, ModelStore.Fold(alias)).Take(most).ToListAsync(cancellationToken);

    /// <summary>
    /// The current version of the alias, to compare candidates with. Without one, the last version that had the alias and is not deleted,
    /// so that removing an alias does not bypass its policy. Null when there is none.
    /// </summary>
    public async Task<long?> HolderAsync(AliasState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Version ?? await Moves(state.ModelId, state.Key)
            .Where(m => db.Set<ModelVersion>().Any(v => v.ModelId == m.ModelId && v.Version == m.ToVersion)).Select(m => m.ToVersion)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Locks the aliases and policies of the model, and updates the model's time of change.</summary>
    public Task LockAsync(long modelId, CancellationToken cancellationToken) => db.Set<RegisteredModel>().Where(m => m.Id == modelId)
        .ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), cancellationToken);

    /// <summary>Assigns the alias to <paramref name="version"/>, or removes it, and writes the audit log.</summary>
    /// <param name="from">The current state.</param>
    /// <param name="alias">The alias in its new case.</param>
    /// <param name="version">Null removes the alias.</param>
    /// <param name="change">Who and why.</param>
    /// <param name="overridden">The overridden rules.</param>
    public async Task MoveAsync(AliasState from, string alias, long? version, AliasChange change, IReadOnlyList<RuleResult> overridden,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(change);
        var key = from.Key;
        if (version is null)
            await db.Set<ModelAlias>().Where(a => a.ModelId == from.ModelId && a.Alias == key).ExecuteDeleteAsync(cancellationToken);
        else
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO model_aliases (model_id, alias, display_name, version) VALUES ({from.ModelId}, {key}, {alias}, {version})
                ON CONFLICT (model_id, alias) DO UPDATE SET display_name = excluded.display_name, version = excluded.version
                """, cancellationToken);
        var move = new AliasMove
        {
            ModelId = from.ModelId,
            Alias = key,
            Time = time.UnixNow(),
            Who = change.Who,
            FromVersion = from.Version,
            ToVersion = version,
            Reason = change.Reason,
            Overridden = overridden is [] ? null : JsonSerializer.Serialize(overridden, ApiJson.Options),
        };
        db.Add(move);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <summary>Removes every alias of a version that is being deleted.</summary>
    public async Task RemoveAllAsync(long modelId, long version, AliasChange change, CancellationToken cancellationToken)
    {
        foreach (var alias in await db.Set<ModelAlias>().Where(a => a.ModelId == modelId && a.Version == version).Select(a => a.DisplayName)
            .ToListAsync(cancellationToken))
            await MoveAsync(await StateAsync(modelId, alias, cancellationToken), alias, null, change, [], cancellationToken);
    }

    public Task WritePolicyAsync(long modelId, string alias, AliasPolicy? policy, CancellationToken cancellationToken)
    {
        var key = ModelStore.Fold(alias);
        if (policy is null) return Policies(modelId).Where(p => p.Alias == key).ExecuteDeleteAsync(cancellationToken);
        var text = JsonSerializer.Serialize(policy, ApiJson.Options);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO alias_policies (model_id, alias, policy) VALUES ({modelId}, {key}, {text})
            ON CONFLICT (model_id, alias) DO UPDATE SET policy = excluded.policy
            """, cancellationToken);
    }

    public async Task<Dictionary<string, AliasPolicy>> PoliciesAsync(long modelId, CancellationToken cancellationToken) =>
        (await Policies(modelId).OrderBy(p => p.Alias).ToListAsync(cancellationToken))
            .ToDictionary(p => p.Alias, p => JsonSerializer.Deserialize<AliasPolicy>(p.Policy, ApiJson.Options)!);

    private IQueryable<StoredPolicy> Policies(long modelId) => db.Set<StoredPolicy>().Where(p => p.ModelId == modelId);

    private IQueryable<AliasMove> Moves(long modelId, string key) =>
        db.Set<AliasMove>().Where(m => m.ModelId == modelId && m.Alias == key).OrderByDescending(m => m.Id);
}
