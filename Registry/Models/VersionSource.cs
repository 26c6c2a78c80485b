using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Location of a version's files.</summary>
/// <param name="Folder">Folder in the Registry's store; null when the files are elsewhere (S3, DBFS, ...).</param>
/// <param name="RunId">The run that uploaded them, if the source names it.</param>
/// <param name="Uri">Location when it is neither the Registry's store nor the source itself.</param>
public sealed record ResolvedSource(string? Folder, string? RunId = null, string? Uri = null);

/// <summary>Validates a version's source and resolves it to a folder in the Registry's store if it is there.</summary>
public sealed class VersionSource(RegistryDb db, LoggedModelReader loggedModels)
{
    /// <summary>Resolves <paramref name="source"/> to a folder in the Registry's store.</summary>
    /// <exception cref="RegistryException">A relative or local path that does not belong to the named run.</exception>
    public async Task<ResolvedSource> ResolveAsync(string source, string? runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (IsLocal(source))
        {
            var root = runId is null ? null : await db.Set<Run>().Where(r => r.RunId == runId).Select(r => r.ArtifactUri)
                .FirstOrDefaultAsync(cancellationToken);
            if (root is not null && IsLocal(root) && IsBelow(LocalPath(source), LocalPath(root)))
                return new ResolvedSource(null);
            throw RegistryException.Invalid($"Invalid model version source: '{source}'. To use a local path as a model version source, the request must name the run (run_id) and the path must lie inside that run's artifact directory.");
        }
        if (HasRelativePart(source) || source.Contains("%00", StringComparison.Ordinal))
            throw RegistryException.Invalid($"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present.");
        if (source.StartsWith("models:/", StringComparison.Ordinal)) return await OfModelAsync(source["models:/".Length..].Trim('/'),
            cancellationToken);
        if (source.StartsWith("runs:/", StringComparison.Ordinal))
            return new ResolvedSource(await OfRunAsync(source["runs:/".Length..].Trim('/'), cancellationToken));
        return new ResolvedSource(ArtifactPath.FromUri(source) is { Length: > 0 } path ? path : null);
    }

    private Task<ResolvedSource> OfModelAsync(string rest, CancellationToken cancellationToken) =>
        rest.StartsWith("m-", StringComparison.Ordinal) && !rest.Contains('/') ? OfLoggedModelAsync(rest, cancellationToken)
            : OfVersionAsync(rest, cancellationToken);

    /// <summary><c>m-...</c>: a logged model.</summary>
    private async Task<ResolvedSource> OfLoggedModelAsync(string modelId, CancellationToken cancellationToken)
    {
        var model = await loggedModels.FindAsync(modelId, cancellationToken) ?? throw LoggedModelReader.NotFound(modelId);
        return new ResolvedSource(ArtifactPath.FromUri(model.ArtifactUri), model.SourceRunId);
    }

    private async Task<string?> OfRunAsync(string rest, CancellationToken cancellationToken)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (runId, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        // MLflow accepts unknown runs, possibly of another server.
        var root = await db.Set<Run>().Where(r => r.RunId == runId).Select(r => r.ArtifactUri).FirstOrDefaultAsync(cancellationToken) ?? "";
        return ArtifactPath.FromUri(root) is { } folder ? ArtifactPath.Combine(folder, ArtifactPath.Check(path)) : null;
    }

    /// <summary><c>NAME/VERSION</c>, which copying a version sends.</summary>
    private async Task<ResolvedSource> OfVersionAsync(string rest, CancellationToken cancellationToken)
    {
        var slash = rest.LastIndexOf('/');
        if (slash < 0 || !long.TryParse(rest[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return new ResolvedSource(null);
        var name = rest[..slash];
        var found = await db.Set<RegisteredModel>().Where(m => m.Name == name).Join(db.Set<ModelVersion>(), m => m.Id, v => v.ModelId, (_, v) => v)
            .FirstOrDefaultAsync(v => v.Version == number, cancellationToken) ?? throw ModelReader.NoVersion(name, number);
        return new ResolvedSource(found.ArtifactPath, null, found.ArtifactPath is null ? found.StorageUri ?? found.Source : null);
    }

    /// <summary>A path without a scheme, a Windows drive, or a <c>file:</c> URI.</summary>
    private static bool IsLocal(string source)
    {
        var colon = source.IndexOf(':', StringComparison.Ordinal);
        return colon <= 1 || source.AsSpan(0, colon).IndexOfAny('/', '\\') >= 0
            || source.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
    }

    private static string LocalPath(string source) =>
        source.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(source, UriKind.Absolute, out var uri)
            ? Uri.UnescapeDataString(uri.AbsolutePath) : source;

    private static bool IsBelow(string path, string root) =>
        Path.IsPathRooted(path) && (Path.GetFullPath(path) + "/")
            .StartsWith(Path.GetFullPath(root).TrimEnd('/') + "/", StringComparison.Ordinal);

    private static bool HasRelativePart(string source)
    {
        for (var (text, round) = (source, 0); round < 4; round++)
        {
            if (text.Split('/', '\\', '?', '&', '=', '#', ';').Any(part => part.Trim() == "..")) return true;
            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text) return false;
            text = decoded;
        }
        return true;
    }
}
