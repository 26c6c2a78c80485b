using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>An alias as it stands; it need not exist.</summary>
/// <param name="ModelId">Key of the model.</param>
/// <param name="Alias">As it was written.</param>
/// <param name="Version">Null when the alias does not exist.</param>
/// <param name="LastMove">Newest entry of the audit log.</param>
/// <param name="Policy">JSON of the alias's policy; null when there is none.</param>
public sealed record AliasState(long ModelId, string Alias, long? Version, AliasMove? LastMove, string? Policy)
{
    public string Key => ModelStore.Fold(Alias);

    /// <summary>Differs after every move, also after one back.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"\"{Version}-{LastMove?.Id ?? 0}\"");

    public AliasPolicy? Rules => Policy is null ? null : JsonSerializer.Deserialize<AliasPolicy>(Policy, ApiJson.Options);
}

/// <summary>Reads and writes aliases with their audit log and policies. Writes belong into a transaction of the caller's.</summary>
public sealed class AliasStore(RegistryDb db, TimeProvider time)
{
    public async Task<AliasState> StateAsync(long modelId, string alias, CancellationToken cancellationToken)
    {
        var key = ModelStore.Fold(alias);
        // One statement, so that alias and log are of one moment.
        var found = await db.Set<RegisteredModel>().Where(m => m.Id == modelId).Select(m => new
        {
            Alias = db.Set<ModelAlias>().FirstOrDefault(a => a.ModelId == m.Id && a.Alias == key),
            Move = db.Set<AliasMove>().Where(move => move.ModelId == m.Id && move.Alias == key).OrderByDescending(move => move.Id).FirstOrDefault(),
            Policy = db.Set<StoredPolicy>().Where(p => p.ModelId == m.Id && p.Alias == key).Select(p => p.Policy).FirstOrDefault(),
        }).FirstOrDefaultAsync(cancellationToken);
        return new AliasState(modelId, found?.Alias?.DisplayName ?? alias, found?.Alias?.Version, found?.Move, found?.Policy);
    }

    /// <summary>All aliases of a model that exist.</summary>
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
    /// The version that a new one is measured by: the one that has the alias, else of those not deleted the one that had it last, as removing
    /// an alias must not free it from its policy. Null when there is none.
    /// </summary>
    public async Task<long?> HolderAsync(AliasState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Version ?? await Moves(state.ModelId, state.Key)
            .Where(m => db.Set<ModelVersion>().Any(v => v.ModelId == m.ModelId && v.Version == m.ToVersion)).Select(m => m.ToVersion)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Waits until no other transaction changes aliases or policies of the model, and notes the change in the model.</summary>
    public Task LockAsync(long modelId, CancellationToken cancellationToken) => db.Set<RegisteredModel>().Where(m => m.Id == modelId)
        .ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), cancellationToken);

    /// <summary>Moves the alias to <paramref name="version"/>, or removes it, and writes the log.</summary>
    /// <param name="from">The state it is in.</param>
    /// <param name="alias">The alias as it is written now.</param>
    /// <param name="version">Null removes it.</param>
    /// <param name="change">Who and why.</param>
    /// <param name="overridden">Rules that the move is made against.</param>
    /// <param name="cancellationToken">Stops the move.</param>
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
