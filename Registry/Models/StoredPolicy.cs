using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Models;

/// <summary>The policy of an alias, which may be unassigned.</summary>
public sealed class StoredPolicy : IEntityTypeConfiguration<StoredPolicy>
{
    public long ModelId { get; set; }

    /// <summary>Lowercase, as in <see cref="ModelAlias"/>.</summary>
    public string Alias { get; set; } = "";

    /// <summary>JSON text.</summary>
    public string Policy { get; set; } = "{}";

    public void Configure(EntityTypeBuilder<StoredPolicy> builder)
    {
        builder.ToTable("alias_policies");
        builder.HasKey(p => new { p.ModelId, p.Alias });
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(p => p.ModelId);
    }
}
