using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Checks where a version says its files are, and finds them in our store when they are there.</summary>
public sealed class VersionSource(RegistryDb db)
{
    /// <summary>The folder in our store that <paramref name="source"/> means, or null when it is elsewhere (S3, DBFS, ...).</summary>
    /// <exception cref="RegistryException">A relative or local path that does not belong to the named run.</exception>
    public async Task<string?> ResolveAsync(string source, string? runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (IsLocal(source))
        {
            var root = runId is null ? null : await db.Runs.Where(r => r.RunId == runId).Select(r => r.ArtifactUri)
                .FirstOrDefaultAsync(cancellationToken);
            if (root is not null && IsLocal(root) && IsBelow(LocalPath(source), LocalPath(root))) return null;
            throw RegistryException.Invalid($"Invalid model version source: '{source}'. To use a local path as a model version source, the request must name the run (run_id) and the path must lie inside that run's artifact directory.");
        }
        if (HasRelativePart(source))
            throw RegistryException.Invalid($"Invalid model version source: '{source}'. It must be an absolute path without relative path references such as '..'.");
        if (source.StartsWith("models:/", StringComparison.Ordinal)) return await OfVersionAsync(source["models:/".Length..].Trim('/'),
            cancellationToken);
        if (source.StartsWith("runs:/", StringComparison.Ordinal)) return await OfRunAsync(source["runs:/".Length..].Trim('/'),
            cancellationToken);
        return ArtifactPath.FromUri(source) is { Length: > 0 } path ? path : null;
    }

    private async Task<string?> OfRunAsync(string rest, CancellationToken cancellationToken)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (runId, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        var root = await db.Runs.Where(r => r.RunId == runId).Select(r => r.ArtifactUri).FirstOrDefaultAsync(cancellationToken)
            ?? throw RegistryException.NotFound($"Run with id={runId} not found");
        return ArtifactPath.FromUri(root) is { } folder ? ArtifactPath.Combine(folder, ArtifactPath.Check(path)) : null;
    }

    /// <summary><c>NAME/VERSION</c>, as copying a version sends it; logged models (<c>m-...</c>) are not ours to resolve.</summary>
    private async Task<string?> OfVersionAsync(string rest, CancellationToken cancellationToken)
    {
        var slash = rest.LastIndexOf('/');
        if (slash < 0 || !long.TryParse(rest[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        var name = rest[..slash];
        var found = await db.RegisteredModels.Where(m => m.Name == name).Join(db.ModelVersions, m => m.Id, v => v.ModelId, (_, v) => v)
            .Where(v => v.Version == number).Select(v => new { v.ArtifactPath }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? throw ModelReader.NoVersion(name, number) : found.ArtifactPath;
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
