using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Finds the version that a <see cref="ModelUri"/> names.</summary>
public sealed class VersionLookup(RegistryDb db)
{
    /// <summary>Name, version number and run of the version; null when the model, the version or the alias does not exist.</summary>
    public async Task<FoundVersion?> FindAsync(ModelUri uri, CancellationToken cancellationToken)
    {
        // Aliases are kept in lower case.
        var alias = uri.Alias?.ToLowerInvariant();
        var versions =
            from model in db.Set<RegisteredModel>()
            join version in db.Set<ModelVersion>() on model.Id equals version.ModelId
            where model.Name == uri.Name
            where uri.Version != null
                ? version.Version == uri.Version
                : db.Set<ModelAlias>().Any(a => a.ModelId == model.Id && a.Version == version.Version && a.Alias == alias)
            select new FoundVersion(model.Name, version.Version, version.RunId);
        return await versions.FirstOrDefaultAsync(cancellationToken);
    }
}

public sealed record FoundVersion(string Name, long Version, string? RunId);
