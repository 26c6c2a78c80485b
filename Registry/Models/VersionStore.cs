using System.Diagnostics;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Writes model versions and their tags.</summary>
public sealed class VersionStore(RegistryDb db, WriteGate gate, TimeProvider time, ModelStore models, ArtifactFiles artifacts,
    LoggedModelStore loggedModels, AliasStore aliases)
{
    /// <summary>Adds the next version of an existing model.</summary>
    /// <returns>The new version as a reader would return it.</returns>
    public async Task<VersionDetails> CreateAsync(string name, ModelVersion version, IReadOnlyList<KeyValuePair<string, string>> tags,
        IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        // Without rows in other tables the insert is one command, which is a transaction by itself on PostgreSQL and saves a round trip
        // with the
        // model's row locked.
        var isAlone = db.Database.IsNpgsql() && files.Count == 0 && tags.Count == 0 && version.LoggedModelId is null;
        if (isAlone) await AddAsync(name, version, tags, files, cancellationToken);
        else await gate.WriteAsync(db, token => AddAsync(name, version, tags, files, token), cancellationToken);
        var details = new VersionDetails(name, version);
        details.Tags.AddRange(Last(tags).OrderBy(t => t.Key, StringComparer.Ordinal));
        return details;
    }

    /// <summary>
    /// Adds the next version, in the open transaction if there is one. Numbers come from the model's row, whose lock keeps them distinct.
    /// </summary>
    internal async Task<long> AddAsync(string name, ModelVersion version, IReadOnlyList<KeyValuePair<string, string>> tags,
        IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var now = time.UnixNow();
        if (version.ArtifactPath is { } folder && files.Count > 0) await artifacts.LockAsync(folder, files, cancellationToken);
        version.CreationTime = version.LastUpdateTime = now;
        version.Traceparent ??= Activity.Current?.Id;
        (version.ParentModelId, version.ParentVersion) = await ParentAsync(version, cancellationToken);
        (version.ModelId, version.Version) = await InsertAsync(name, version, cancellationToken) ?? throw ModelReader.NoModel(name);
        await BulkInsert.RunAsync(db, [FileRows(version, files), TagRows(version.ModelId, version.Version, tags)], cancellationToken);
        if (version.LoggedModelId is { } source) await loggedModels.AddVersionAsync(source, name, version.Version, cancellationToken);
        return version.Version;
    }

    /// <summary>Takes the next number and writes the row in one round trip; null when the model does not exist.</summary>
    private async Task<(long ModelId, long Version)?> InsertAsync(string name, ModelVersion version, CancellationToken cancellationToken)
    {
        var text = new SqlText();
        var named = text.Parameter(name);
        var now = text.Parameter(version.CreationTime);
        text.Add($"""
            UPDATE registered_models SET last_version = last_version + 1, last_update_time = {now} WHERE name = {named} RETURNING id, last_version;
            INSERT INTO model_versions (model_id, version, creation_time, last_update_time, user_id, stage, description, source, run_id, run_link,
                status, logged_model_id, artifact_path, storage_uri, files_digest, traceparent, parent_model_id, parent_version)
            SELECT m.id, m.last_version, {now}, {now}, {Text(version.UserId)}, {Text(version.Stage)}, {Text(version.Description)},
                {Text(version.Source)}, {Text(version.RunId)}, {Text(version.RunLink)}, {Text(version.Status)}, {Text(version.LoggedModelId)},
                {Text(version.ArtifactPath)}, {Text(version.StorageUri)}, {Text(version.FilesDigest)}, {Text(version.Traceparent)},
                {Number(version.ParentModelId)}, {Number(version.ParentVersion)}
            FROM registered_models m WHERE m.name = {named}
            """);
        (long, long)? numbered = null;
        await text.ReadAsync(db, [row => numbered = (row.GetInt64(0), row.GetInt64(1))], cancellationToken);
        return numbered;

        string Text(string? value) => $"CAST({text.Parameter(value ?? (object)DBNull.Value)} AS text)";
        string Number(long? value) => $"CAST({text.Parameter(value ?? (object)DBNull.Value)} AS bigint)";
    }

    public Task DescribeAsync(string name, long version, string? description, CancellationToken cancellationToken) =>
        ChangeAsync(name, version, (rows, _, token) =>
            rows.ExecuteUpdateAsync(s => s.SetProperty(v => v.Description, description), token), cancellationToken, touchModel: false);

    /// <summary>
    /// Deletes a version and its aliases; its number is not reused. It can be restored until garbage collection.
    /// </summary>
    /// <param name="who">For the audit log of the aliases.</param>
    public Task DeleteAsync(string name, long version, string who, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await models.KeyAsync(name, token);
        await aliases.LockAsync(id, token);
        var now = time.UnixNow();
        if (await Rows(id, version).ExecuteUpdateAsync(s => s.SetProperty(v => v.DeletedTime, now), token) == 0)
            throw ModelReader.NoVersion(name, version);
        await aliases.RemoveAllAsync(id, version, new AliasChange(who, $"version {version} was deleted"), token);
    }, cancellationToken);

    /// <summary>Restores a deleted version without its aliases; does nothing if it is not deleted.</summary>
    public Task RestoreAsync(string name, long version, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var id = await models.KeyAsync(name, token);
        var now = time.UnixNow();
        if (await Rows(id, version).IgnoreQueryFilters().ExecuteUpdateAsync(s => s.SetProperty(v => v.DeletedTime, (long?)null)
            .SetProperty(v => v.LastUpdateTime, now), token) == 0) throw ModelReader.NoVersion(name, version);
        await db.Set<RegisteredModel>().Where(m => m.Id == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, time.UnixNow()), token);
    }, cancellationToken);

    /// <summary>Moves a version to a stage and optionally archives the versions in it.</summary>
    public Task TransitionAsync(string name, long version, string stage, bool archiveOthers, CancellationToken cancellationToken) =>
        ChangeAsync(name, version, async (rows, id, token) =>
        {
            await rows.ExecuteUpdateAsync(s => s.SetProperty(v => v.Stage, stage), token);
            if (!archiveOthers) return;
            // All rows get the same time.
            var now = await rows.Select(v => v.LastUpdateTime).SingleAsync(token);
            await db.Set<ModelVersion>().Where(v => v.ModelId == id && v.Version != version && v.Stage == stage)
                .ExecuteUpdateAsync(s => s.SetProperty(v => v.Stage, ModelStages.Archived).SetProperty(v => v.LastUpdateTime, now), token);
        }, cancellationToken);

    /// <summary>Sets or clears (null) the problem with a version's files in the open transaction.</summary>
    internal Task MarkAsync(long modelId, long version, string? fault, CancellationToken cancellationToken)
    {
        var status = fault is null ? VersionStatus.Ready : VersionStatus.Failed;
        return Rows(modelId, version).ExecuteUpdateAsync(s => s.SetProperty(v => v.Status, status).SetProperty(v => v.StatusMessage, fault),
            cancellationToken);
    }

    public Task SetTagAsync(string name, long version, string key, string value, CancellationToken cancellationToken) =>
        ChangeAsync(name, version, (_, id, token) =>
            WriteTagsAsync(id, version, [KeyValuePair.Create(key, value)], token), cancellationToken);

    public Task DeleteTagAsync(string name, long version, string key, CancellationToken cancellationToken) =>
        ChangeAsync(name, version, (_, id, token) =>
            db.Set<ModelVersionTag>().Where(t => t.ModelId == id && t.Version == version && t.Key == key).ExecuteDeleteAsync(token),
            cancellationToken);

    public async Task<List<ModelFile>> FilesAsync(long modelId, long version, CancellationToken cancellationToken) =>
        await db.Set<ModelVersionFile>().Where(f => f.ModelId == modelId && f.Version == version).OrderBy(f => f.Path)
            .Select(f => new ModelFile(f.Path, f.Size, f.Sha256)).ToListAsync(cancellationToken);

    /// <summary>Files of every version of these models, by (model, version).</summary>
    public async Task<ILookup<(long ModelId, long Version),
        ModelFile>> FilesAsync(IReadOnlyCollection<long> models, CancellationToken cancellationToken)
    {
        var rows = await db.Set<ModelVersionFile>().Where(f => models.Contains(f.ModelId)).OrderBy(f => f.Path).ToListAsync(cancellationToken);
        return rows.ToLookup(f => (f.ModelId, f.Version), f => new ModelFile(f.Path, f.Size, f.Sha256));
    }

    private Task ChangeAsync(string name, long version, Func<IQueryable<ModelVersion>, long, CancellationToken, Task> change,
        CancellationToken cancellationToken, bool touchModel = true) =>
        gate.WriteAsync(db, async token =>
        {
            var id = await models.KeyAsync(name, token);
            var rows = Rows(id, version);
            var now = time.UnixNow();
            if (await rows.ExecuteUpdateAsync(s => s.SetProperty(v => v.LastUpdateTime, now), token) == 0) throw ModelReader.NoVersion(name,
                version);
            await change(rows, id, token);
            if (touchModel) await db.Set<RegisteredModel>().Where(m => m.Id == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.LastUpdateTime, now), token);
        }, cancellationToken);

    /// <summary>The version that this one is a copy of, or that its run was fine-tuned from.</summary>
    private async Task<(long? ModelId, long? Version)> ParentAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        if (!ModelUri.TryParse(version.Source, out var parent))
        {
            var tag = db.Set<Run>().Where(r => r.RunId == version.RunId).Join(db.Set<RunTag>(), r => r.Id, t => t.RunKey, (_, t) => t)
                .Where(t => t.Key == RunTags.Parent).Select(t => t.Value);
            if (version.RunId is null || !ModelUri.TryParse(await tag.FirstOrDefaultAsync(cancellationToken), out parent)) return default;
        }
        var found = await db.Set<RegisteredModel>().Where(m => m.Name == parent.Name).Join(db.Set<ModelVersion>(), m => m.Id, v => v.ModelId, (_, v) => v)
            .Where(v => v.Version == parent.Version).Select(v => new { v.ModelId, v.Version }).FirstOrDefaultAsync(cancellationToken);
        return (found?.ModelId, found?.Version);
    }

    private IQueryable<ModelVersion> Rows(long modelId, long version) =>
        db.Set<ModelVersion>().Where(v => v.ModelId == modelId && v.Version == version);

    internal Task<int> WriteTagsAsync(long modelId, long version, IReadOnlyList<KeyValuePair<string, string>> tags,
        CancellationToken cancellationToken) => BulkInsert.RunAsync(db, [TagRows(modelId, version, tags)], cancellationToken);

    private static BulkRows FileRows(ModelVersion version, IReadOnlyList<ModelFile> files) => new("model_version_files",
    [
        BulkColumn.Numbers("model_id", files.Select(_ => version.ModelId)), BulkColumn.Numbers("version", files.Select(_ => version.Version)),
        BulkColumn.Texts("path", files.Select(f => f.Path)), BulkColumn.Numbers("size", files.Select(f => f.Size)),
        BulkColumn.Texts("sha256", files.Select(f => f.Sha256)),
    ], "");

    private static BulkRows TagRows(long modelId, long version, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var last = Last(tags);
        return new BulkRows("model_version_tags",
        [
            BulkColumn.Numbers("model_id", last.Select(_ => modelId)), BulkColumn.Numbers("version", last.Select(_ => version)),
            BulkColumn.Texts("key", last.Select(t => t.Key)), BulkColumn.Texts("value", last.Select(t => t.Value)),
        ], "ON CONFLICT (model_id, version, key) DO UPDATE SET value = excluded.value");
    }

    private static List<KeyValuePair<string, string>> Last(IReadOnlyList<KeyValuePair<string, string>> tags) =>
        tags.GroupBy(t => t.Key).Select(g => g.Last()).ToList();
}

/// <summary>MLflow's stages.</summary>
internal static class ModelStages
{
    public const string None = "None";
    public const string Archived = "Archived";
    private static readonly string[] All = [None, "Staging", "Production", Archived];

    /// <summary>The stage in MLflow's case.</summary>
    public static string Canonical(string stage) => Array.Find(All, s => s.Equals(stage, StringComparison.OrdinalIgnoreCase))
        ?? throw RegistryException.Invalid($"Invalid Model Version stage: {stage}. Value must be one of {string.Join(", ", All)}.");
}
