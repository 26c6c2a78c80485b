using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Artifacts;

/// <summary>
/// Files that versions refer to never change. All of it runs in the transaction of the change or of the registration, after that has locked the
/// artifacts' rows, so that of the two the later one sees the earlier.
/// </summary>
public sealed class RegisteredFiles(RegistryDb db)
{
    /// <summary>Refuses to put other bytes where a version has a file.</summary>
    public async Task RefuseChangeAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        var folders = ArtifactPath.Parents(path);
        if (await Files().Where(f => folders.Contains(f.Folder) && f.Folder + "/" + f.Path == path && f.Sha256 != sha256)
            .FirstOrDefaultAsync(cancellationToken) is { } file) throw Refusal(file, "replaced by other bytes");
    }

    /// <summary>Refuses to remove a file, or a folder, that a version needs.</summary>
    public async Task RefuseRemovalAsync(string path, CancellationToken cancellationToken)
    {
        if (await FindBelowAsync(path, 0, cancellationToken) is { } file) throw Refusal(file, "deleted");
    }

    /// <summary>A file of a version that is at <paramref name="path"/> or below it, or null. Versions deleted before
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

    /// <summary>Locks the files of a folder against change and checks that they still are what is about to be registered.</summary>
    public async Task LockAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(folder);
        var stored = (await new SqlText("SELECT path, sha256 FROM artifacts WHERE path >= ").Value(from).Add(" AND path < ").Value(to)
            .Add(" ORDER BY path").Add(db.Database.IsNpgsql() ? " FOR SHARE" : "")
            .ListAsync(db, static r => (Path: r.GetString(0), Sha256: r.GetString(1)), cancellationToken)).ToDictionary(f => f.Path, f => f.Sha256);
        foreach (var file in files)
            if (stored.GetValueOrDefault(ArtifactPath.Combine(folder, file.Path)) != file.Sha256)
                throw new RegistryException(ErrorCode.Conflict,
                    $"File '{file.Path}' changed while it was being registered. Upload it again and repeat the request. No version was made.")
                { Extensions = new Dictionary<string, object?> { ["file"] = file.Path } };
    }

    /// <summary>Deleted versions count: they can be restored.</summary>
    private IQueryable<RegisteredFile> Files() =>
        from version in db.ModelVersions.IgnoreQueryFilters()
        join model in db.RegisteredModels on version.ModelId equals model.Id
        join file in db.ModelVersionFiles
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
        var remedy = isDeleted ? "Garbage collection lets go of it" : "Upload to another path and register that as a new version, or delete the version first";
        return new RegistryException(ErrorCode.Conflict,
            $"'{ArtifactPath.Combine(file.Folder, file.Path)}' cannot be {change}: it belongs to {version} of model '{file.Model}', and the files of registered versions never change. {remedy}.");
    }
}

/// <summary>A file of a version; its place in the store is <see cref="Folder"/>/<see cref="Path"/>.</summary>
public sealed record RegisteredFile
{
    public required string Model { get; init; }
    public required long Version { get; init; }
    public required long? DeletedTime { get; init; }
    public required string Folder { get; init; }
    public required string Path { get; init; }
    public required string Sha256 { get; init; }
}
