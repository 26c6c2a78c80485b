using System.Data.Common;
using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;

namespace Linnaeus.Registry.Models;

/// <summary>A version with its model's name, tags and aliases.</summary>
public sealed class VersionDetails(string name, ModelVersion version)
{
    public string Name { get; } = name;
    public ModelVersion Version { get; } = version;
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<string> Aliases { get; } = [];
}

/// <summary>A registered model with its tags, aliases and the newest version of each stage.</summary>
public sealed class ModelDetails(RegisteredModel model)
{
    public RegisteredModel Model { get; } = model;
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<ModelAlias> Aliases { get; } = [];
    public List<VersionDetails> LatestVersions { get; } = [];
}

/// <summary>Loads models and versions with a fixed number of queries.</summary>
public sealed class ModelReader(RegistryDb db)
{
    private const string VersionColumns = """
        SELECT m.name, v.model_id, v.version, v.creation_time, v.last_update_time, v.user_id, v.stage, v.description, v.source, v.run_id, v.run_link,
               v.status, v.status_message, v.logged_model_id, v.artifact_path, v.files_digest, v.traceparent, v.parent_model_id, v.parent_version,
               v.storage_uri
        FROM model_versions v JOIN registered_models m ON m.id = v.model_id AND v.deleted_time IS NULL
        """;

    private const string ModelColumns = "SELECT m.id, m.name, m.description, m.creation_time, m.last_update_time, m.last_version FROM registered_models m";

    public async Task<ModelDetails> ModelAsync(string name, CancellationToken cancellationToken) =>
        (await ModelsAsync(new SqlText(ModelColumns).Add(" WHERE m.name = ").Value(name), cancellationToken)).FirstOrDefault()
            ?? throw NoModel(name);

    /// <summary>Reads one version in one round trip.</summary>
    public async Task<VersionDetails> VersionAsync(string name, long version, CancellationToken cancellationToken)
    {
        var text = new SqlText();
        var (named, numbered) = (text.Parameter(name), text.Parameter(version));
        VersionDetails? found = null;
        text.Add($"{VersionColumns} WHERE m.name = {named} AND v.version = {numbered}; ");
        await AddRows(text, $"t.model_id = (SELECT id FROM registered_models WHERE name = {named}) AND t.version = {numbered}").ReadAsync(db,
        [
            row => found = ReadVersion(row),
            row => found?.Tags.Add(ReadTag(row)),
            row => found?.Aliases.Add(row.GetString(2)),
        ], cancellationToken);
        return found ?? throw NoVersion(name, version);
    }

    /// <summary>Reads the version that <paramref name="reference"/> names: a number, <c>@alias</c>, or <c>latest</c>.</summary>
    public async Task<VersionDetails> VersionAsync(string name, string reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference == "latest") return (await VersionsOfAsync(name, cancellationToken)).FirstOrDefault() ?? throw NoVersion(name, reference);
        if (long.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await VersionAsync(name, number, cancellationToken);
        if (reference is not ['@', _, ..] || reference.Contains('\0', StringComparison.Ordinal))
            throw RegistryException.Invalid($"'{reference}' is not a version. Use a number, @alias or latest.");
        var tail = new SqlText(" JOIN model_aliases a ON a.model_id = v.model_id AND a.version = v.version WHERE m.name = ").Value(name)
            .Add(" AND a.alias = ").Value(ModelStore.Fold(reference[1..]));
        return (await FindVersionsAsync(tail, cancellationToken)).FirstOrDefault()
            ?? throw RegistryException.NotFound($"Model '{name}' has no alias '{reference[1..]}'.");
    }

    /// <summary>The versions of a model, newest first.</summary>
    public Task<List<VersionDetails>> VersionsOfAsync(string name, CancellationToken cancellationToken) =>
        VersionsAsync(new SqlText(VersionColumns).Add(" WHERE m.name = ").Value(name).Add(" ORDER BY v.version DESC"), cancellationToken);

    /// <summary>The versions selected by <paramref name="tail"/> (from WHERE on; tables <c>v</c> and <c>m</c>).</summary>
    internal Task<List<VersionDetails>> FindVersionsAsync(SqlText tail, CancellationToken cancellationToken) =>
        VersionsAsync(tail.Prefixed(VersionColumns + " "), cancellationToken);

    /// <summary>The models selected by <paramref name="tail"/> (from WHERE on; table <c>m</c>).</summary>
    internal Task<List<ModelDetails>> FindModelsAsync(SqlText tail, CancellationToken cancellationToken) =>
        ModelsAsync(tail.Prefixed(ModelColumns + " "), cancellationToken);

    public static RegistryException NoModel(string name) => RegistryException.NotFound($"Registered Model with name={name} not found");

    public static RegistryException NoVersion(string name, object version) =>
        RegistryException.NotFound($"Model Version (name={name}, version={version}) not found");

    private async Task<List<VersionDetails>> VersionsAsync(SqlText sql, CancellationToken cancellationToken)
    {
        var versions = await sql.ListAsync(db, ReadVersion, cancellationToken);
        if (versions.Count == 0) return versions;
        var byKey = versions.ToDictionary(v => (v.Version.ModelId, v.Version.Version));
        var models = versions.Select(v => v.Version.ModelId).Distinct().ToList();
        // A single version needs its own rows only; several are fetched by model.
        var text = new SqlText();
        var ofVersions = SqlText.IsAmong("t.model_id", text.Parameter(models.ToArray()));
        if (versions.Count == 1) ofVersions += " AND t.version = " + text.Parameter(versions[0].Version.Version);
        await AddRows(text, ofVersions).ReadAsync(db,
        [
            Of((version, row) => version.Tags.Add(ReadTag(row))),
            Of((version, row) => version.Aliases.Add(row.GetString(2))),
        ], cancellationToken);
        return versions;

        Action<DbDataReader> Of(Action<VersionDetails, DbDataReader> add) => row =>
        {
            if (byKey.TryGetValue((row.GetInt64(0), row.GetInt64(1)), out var version)) add(version, row);
        };
    }

    /// <summary>Tags and aliases of versions; <paramref name="ofVersions"/> is a condition on table <c>t</c>.</summary>
    private static SqlText AddRows(SqlText text, string ofVersions) => text.Add($"""
        SELECT t.model_id, t.version, t.key, t.value FROM model_version_tags t WHERE {ofVersions} ORDER BY t.key;
        SELECT t.model_id, t.version, t.display_name FROM model_aliases t WHERE {ofVersions} ORDER BY t.alias
        """);

    private async Task<List<ModelDetails>> ModelsAsync(SqlText sql, CancellationToken cancellationToken)
    {
        var models = await sql.ListAsync(db, static r => new ModelDetails(new RegisteredModel
        {
            Id = r.GetInt64(0),
            Name = r.GetString(1),
            Description = Text(r, 2),
            CreationTime = r.GetInt64(3),
            LastUpdateTime = r.GetInt64(4),
            LastVersion = r.GetInt64(5),
        }), cancellationToken);
        if (models.Count == 0) return models;
        var byKey = models.ToDictionary(m => m.Model.Id);
        await new SqlText("SELECT model_id, key, value FROM registered_model_tags WHERE ").In("model_id", byKey.Keys).Add(" ORDER BY key")
            .ListAsync(db, r =>
        {
            byKey[r.GetInt64(0)].Tags.Add(KeyValuePair.Create(r.GetString(1), r.GetString(2)));
            return true;
        }, cancellationToken);
        await new SqlText("SELECT model_id, alias, display_name, version FROM model_aliases WHERE ").In("model_id", byKey.Keys)
            .Add(" ORDER BY alias").ListAsync(db, r =>
        {
            byKey[r.GetInt64(0)].Aliases.Add(new ModelAlias
            {
                ModelId = r.GetInt64(0),
                Alias = r.GetString(1),
                DisplayName = r.GetString(2),
                Version = r.GetInt64(3)
            });
            return true;
        }, cancellationToken);
        var latest = new SqlText("WHERE (v.model_id, v.version) IN (SELECT model_id, MAX(version) FROM model_versions WHERE ")
            .In("model_id", byKey.Keys).Add(" AND deleted_time IS NULL GROUP BY model_id, stage) ORDER BY v.model_id, v.version");
        foreach (var version in await FindVersionsAsync(latest,
            cancellationToken)) byKey[version.Version.ModelId].LatestVersions.Add(version);
        return models;
    }

    private static VersionDetails ReadVersion(DbDataReader r) => new(r.GetString(0), new ModelVersion
    {
        ModelId = r.GetInt64(1),
        Version = r.GetInt64(2),
        CreationTime = r.GetInt64(3),
        LastUpdateTime = r.GetInt64(4),
        UserId = r.GetString(5),
        Stage = r.GetString(6),
        Description = Text(r, 7),
        Source = r.GetString(8),
        RunId = Text(r, 9),
        RunLink = Text(r, 10),
        Status = r.GetString(11),
        StatusMessage = Text(r, 12),
        LoggedModelId = Text(r, 13),
        ArtifactPath = Text(r, 14),
        FilesDigest = Text(r, 15),
        Traceparent = Text(r, 16),
        ParentModelId = Number(r, 17),
        ParentVersion = Number(r, 18),
        StorageUri = Text(r, 19),
    });

    private static KeyValuePair<string, string> ReadTag(DbDataReader row) => KeyValuePair.Create(row.GetString(2), row.GetString(3));

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
