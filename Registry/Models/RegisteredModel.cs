using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Models;

public sealed class RegisteredModel : IEntityTypeConfiguration<RegisteredModel>
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string? Description { get; set; }
    public long CreationTime { get; set; }
    public long LastUpdateTime { get; set; }

    /// <summary>Number of the newest version ever created; numbers are not reused.</summary>
    public long LastVersion { get; set; }

    public void Configure(EntityTypeBuilder<RegisteredModel> builder)
    {
        builder.ToTable("registered_models");
        builder.HasIndex(m => m.Name).IsUnique();
    }
}

public sealed class RegisteredModelTag : IEntityTypeConfiguration<RegisteredModelTag>
{
    public long ModelId { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<RegisteredModelTag> builder)
    {
        builder.ToTable("registered_model_tags");
        builder.HasKey(t => new { t.ModelId, t.Key });
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(t => t.ModelId);
    }
}

/// <summary>A movable name of one version.</summary>
public sealed class ModelAlias : IEntityTypeConfiguration<ModelAlias>
{
    public long ModelId { get; set; }

    /// <summary>Lowercase: aliases of a model are case-insensitive.</summary>
    public string Alias { get; set; } = "";

    /// <summary>The alias in its original case.</summary>
    public string DisplayName { get; set; } = "";
    public long Version { get; set; }

    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.ToTable("model_aliases");
        builder.HasKey(a => new { a.ModelId, a.Alias });
        builder.HasIndex(a => new { a.ModelId, a.Version });
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(a => new { a.ModelId, a.Version });
    }
}
