using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Writes registered models and their tags.</summary>
public sealed class ModelStore(RegistryDb db, WriteGate gate, TimeProvider time)
{
    public Task CreateAsync(string name, string? description, IReadOnlyList<KeyValuePair<string, string>> tags,
        CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
        {
            if (!await AddAsync(name, description, token)) throw Taken(name);
            var id = await KeyAsync(name, token);
            await WriteTagsAsync(id, tags, token);
        }, cancellationToken);

    /// <summary>Creates the model in the open transaction; returns false if it exists.</summary>
    internal async Task<bool> AddAsync(string name, string? description, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        return await db.Database.ExecuteSqlAsync(
            $"INSERT INTO registered_models (name, description, creation_time, last_update_time, last_version) VALUES ({name}, {description}, {now}, {now}, 0) ON CONFLICT DO NOTHING",
            cancellationToken) == 1;
    }

    public async Task<long> KeyAsync(string name, CancellationToken cancellationToken) =>
        await db.Set<RegisteredModel>().Where(m => m.Name == name).Select(m => (long?)m.Id).FirstOrDefaultAsync(cancellationToken)
            ?? throw ModelReader.NoModel(name);

    public Task RenameAsync(string name, string newName, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await KeyAsync(name, token);
        if (newName == name) return;
        if (await db.Set<RegisteredModel>().AnyAsync(m => m.Name == newName, token)) throw Taken(newName);
        var now = time.UnixNow();
        await db.Set<RegisteredModel>().Where(m => m.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.Name, newName).SetProperty(m => m.LastUpdateTime, now), token);
        await db.Set<ModelVersion>().Where(v => v.ModelId == id).ExecuteUpdateAsync(s => s.SetProperty(v => v.LastUpdateTime, now), token);
        await db.Set<StoredExplanation>().Where(e => e.Model == name).ExecuteUpdateAsync(s => s.SetProperty(e => e.Model, newName), token);
    }, cancellationToken);

    public Task DescribeAsync(string name, string? description, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await KeyAsync(name, token);
        await db.Set<RegisteredModel>().Where(m => m.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.Description, description).SetProperty(m => m.LastUpdateTime, time.UnixNow()), token);
    }, cancellationToken);

    /// <summary>
    /// Deletes the model with all its versions and their explanations; a later model with the same name starts at version 1.
    /// </summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await KeyAsync(name, token);
        await db.Set<StoredExplanation>().Where(e => e.Model == name).ExecuteDeleteAsync(token);
        await db.Set<RegisteredModel>().Where(m => m.Id == id).ExecuteDeleteAsync(token);
    }, cancellationToken);

    public Task SetTagAsync(string name, string key, string value, CancellationToken cancellationToken) =>
        gate.WriteAsync(db, async token =>
    {
        var id = await KeyAsync(name, token);
        await WriteTagsAsync(id, [KeyValuePair.Create(key, value)], token);
        await TouchAsync(id, token);
    }, cancellationToken);

    /// <summary>Removes a tag; succeeds if there is none.</summary>
    public Task DeleteTagAsync(string name, string key, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await KeyAsync(name, token);
        await db.Set<RegisteredModelTag>().Where(t => t.ModelId == id && t.Key == key).ExecuteDeleteAsync(token);
        await TouchAsync(id, token);
    }, cancellationToken);

    /// <summary>The version that an alias points to.</summary>
    public async Task<long> ResolveAliasAsync(string name, string alias, CancellationToken cancellationToken)
    {
        var id = await KeyAsync(name, cancellationToken);
        var folded = Fold(alias);
        // MLflow answers 400 here, not 404, and its clients distinguish the two.
        return await db.Set<ModelAlias>().Where(a => a.ModelId == id && a.Alias == folded).Select(a => (long?)a.Version)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw RegistryException.Invalid($"Registered model alias {alias} not found.");
    }

    public static string Fold(string alias) => alias.ToLowerInvariant();

    private Task<int> WriteTagsAsync(long id, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancellationToken)
    {
        var last = tags.GroupBy(t => t.Key).Select(g => g.Last()).ToList();
        return BulkInsert.RunAsync(db, "registered_model_tags",
            [BulkColumn.Numbers("model_id", last.Select(_ => id)), BulkColumn.Texts("key", last.Select(t => t.Key)),
                BulkColumn.Texts("value", last.Select(t => t.Value))],
            "ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value", cancellationToken);
    }

    private Task<int> TouchAsync(long id, CancellationToken cancellationToken) =>
        db.Set<RegisteredModel>().Where(m => m.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), cancellationToken);

    private static RegistryException Taken(string name) =>
        RegistryException.AlreadyExists($"Registered Model (name={name}) already exists.");
}
