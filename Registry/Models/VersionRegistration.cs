using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>
/// Registers a folder of a run as the next version of a model. All bytes are read back from the store and compared first;
/// version, files and model are then written in one transaction, so that every existing version is complete.
/// </summary>
public sealed class VersionRegistration(RegistryDb db, WriteGate gate, RunStore runs, ArtifactFiles artifacts, BlobStore blobs,
    ModelStore models, VersionStore versions)
{
    /// <returns>The version's number, and whether this call created it.</returns>
    public async Task<(long Version, bool Created)> RegisterAsync(string name, RegisterVersionRequest request,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        VersionFiles.Check(request.Files);
        List<KeyValuePair<string, string>> tags = [.. (request.Tags ?? new Dictionary<string, string>())
            .Select(tag => ModelLimits.RegistryTag("Model version", tag.Key, tag.Value ?? ""))];
        var path = ArtifactPath.Check(request.ArtifactPath);
        var run = await runs.FindActiveAsync(request.RunId, cancellationToken);
        var root = ArtifactPath.FromUri(run.ArtifactUri)
            ?? throw RegistryException.Invalid($"The artifacts of run {run.RunId} are at {run.ArtifactUri}, outside this server, so its files cannot be verified.");
        var folder = ArtifactPath.Combine(root, path);
        var digest = VersionFiles.Digest(request.Files);
        if (await FindAsync(name, request.RunId, folder, digest, cancellationToken) is { } known) return (known, false);

        await VerifyAsync(folder, request.Files, cancellationToken);
        return await gate.WriteAsync(db, async token =>
        {
            await models.AddAsync(name, null, token);
            // Locks the model, so that the second of two equal requests finds the first one's version.
            await db.Set<RegisteredModel>().Where(m => m.Name == name)
                .ExecuteUpdateAsync(s => s.SetProperty(m => m.LastVersion, m => m.LastVersion), token);
            if (await FindAsync(name, request.RunId, folder, digest, token) is { } made) return (made, false);
            var version = new ModelVersion
            {
                Source = $"{run.ArtifactUri}/{path}".TrimEnd('/'),
                RunId = run.RunId,
                Description = request.Description,
                ArtifactPath = folder,
                FilesDigest = digest,
            };
            return (await versions.AddAsync(name, version, tags, request.Files, token), true);
        }, cancellationToken);
    }

    private async Task<long?> FindAsync(string name, string runId, string folder, string digest, CancellationToken cancellationToken) =>
        await db.Set<RegisteredModel>().Where(m => m.Name == name).Join(db.Set<ModelVersion>(), m => m.Id, v => v.ModelId, (_, v) => v)
            .Where(v => v.RunId == runId && v.ArtifactPath == folder && v.FilesDigest == digest).Select(v => (long?)v.Version)
            .FirstOrDefaultAsync(cancellationToken);

    private async Task VerifyAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var stored = (await artifacts.FilesBelowAsync(folder, cancellationToken)).ToDictionary(f => f.Path);
        foreach (var file in files)
        {
            if (!stored.TryGetValue(ArtifactPath.Combine(folder, file.Path), out var artifact))
                throw Mismatch(file, "it was never uploaded, or it was deleted");
            if (artifact.Size != file.Size || artifact.Sha256 != file.Sha256)
                throw Mismatch(file, $"the uploaded file has {artifact.Size} bytes and SHA-256 {artifact.Sha256}, the request names {file.Size} bytes and {file.Sha256}");
            var measured = await blobs.MeasureAsync(artifact.BlobName, cancellationToken);
            if (measured is null) throw Mismatch(file, "its bytes are missing from the blob store");
            if (measured != (file.Size, file.Sha256))
                throw Mismatch(file, $"the blob store has {measured.Value.Size} bytes with SHA-256 {measured.Value.Sha256}, expected {file.Size} bytes with {file.Sha256}");
        }
    }

    private static RegistryException Mismatch(ModelFile file, string why) =>
        new(ErrorCode.Conflict, $"File '{file.Path}' cannot be registered: {why}. No version was registered. Upload the file again and repeat the request.")
        {
            Extensions = new Dictionary<string, object?> { ["file"] = file.Path },
        };
}
