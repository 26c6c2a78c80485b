using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Models;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Uploads;

/// <summary>
/// Rejects changes to files of registered versions. Checks run in the transaction of the change, after it has locked the artifacts' rows,
/// as <see cref="ArtifactFiles.LockAsync"/> does for a registration, so that the later one sees the earlier.
/// </summary>
public sealed class RegisteredFiles(RegistryDb db)
{
    /// <summary>Rejects other bytes at the path of a version's file.</summary>
    public async Task RefuseChangeAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        var folders = ArtifactPath.Parents(path);
        if (await Files().Where(f => folders.Contains(f.Folder) && f.Folder + "/" + f.Path == path && f.Sha256 != sha256)
            .FirstOrDefaultAsync(cancellationToken) is { } file) throw Refusal(file, "replaced by other bytes");
    }

    /// <summary>Rejects the removal of a file, or a folder, that a version needs.</summary>
    public async Task RefuseRemovalAsync(string path, CancellationToken cancellationToken)
    {
        if (await FindBelowAsync(path, 0, cancellationToken) is { } file) throw Refusal(file, "deleted");
    }

    /// <summary>A version's file at <paramref name="path"/> or below it, or null. Versions deleted before
    /// <paramref name="forgotten"/> do not count.</summary>
    public Task<RegisteredFile?> FindBelowAsync(string path, long forgotten, CancellationToken cancellationToken)
    {
        var folders = ArtifactPath.Parents(path);
        var (from, to) = ArtifactPath.Below(path);
        return Files().Where(f => f.DeletedTime == null || f.DeletedTime >= forgotten).Where(f =>
                f.Folder == path || (string.Compare(f.Folder, from) >= 0 && string.Compare(f.Folder, to) < 0)
                || (folders.Contains(f.Folder) && (f.Folder + "/" + f.Path == path
                    || (string.Compare(f.Folder + "/" + f.Path, from) >= 0 && string.Compare(f.Folder + "/" + f.Path, to) < 0))))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Includes deleted versions, which can be restored.</summary>
    private IQueryable<RegisteredFile> Files() =>
        from version in db.Set<ModelVersion>().IgnoreQueryFilters()
        join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
        join file in db.Set<ModelVersionFile>()
            on new { version.ModelId, version.Version } equals new { file.ModelId, file.Version }
        where version.ArtifactPath != null
        select new RegisteredFile
        {
            Model = model.Name,
            Version = version.Version,
            DeletedTime = version.DeletedTime,
            Folder = version.ArtifactPath!,
            Path = file.Path,
            Sha256 = file.Sha256,
        };

    private static RegistryException Refusal(RegisteredFile file, string change)
    {
        var isDeleted = file.DeletedTime is not null;
        var version = isDeleted ? $"the deleted version {file.Version}" : $"version {file.Version}";
        var remedy = isDeleted ? "Garbage collection releases it" : "Upload to another path and register a new version, or delete the version first";
        return new RegistryException(ErrorCode.Conflict,
            $"'{ArtifactPath.Combine(file.Folder, file.Path)}' cannot be {change}: it belongs to {version} of model '{file.Model}', and the files of registered versions never change. {remedy}.");
    }
}

/// <summary>A file of a version, stored at <see cref="Folder"/>/<see cref="Path"/>.</summary>
public sealed record RegisteredFile
{
    public required string Model { get; init; }
    public required long Version { get; init; }
    public required long? DeletedTime { get; init; }
    public required string Folder { get; init; }
    public required string Path { get; init; }
    public required string Sha256 { get; init; }
}
