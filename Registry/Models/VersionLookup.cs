using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>Resolves a <see cref="ModelUri"/>.</summary>
public sealed class VersionLookup(RegistryDb db)
{
    /// <summary>Null when the model, the version or the alias does not exist.</summary>
    public async Task<FoundVersion?> FindAsync(ModelUri uri, CancellationToken cancellationToken)
    {
        // Aliases are stored in lowercase.
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
