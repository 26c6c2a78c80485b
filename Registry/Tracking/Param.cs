using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>A write-once parameter of a run.</summary>
public sealed class Param : IEntityTypeConfiguration<Param>
{
    public long RunKey { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<Param> builder)
    {
        builder.ToTable("params");
        builder.HasKey(p => new { p.RunKey, p.Key });
        builder.HasOne<Run>().WithMany().HasForeignKey(p => p.RunKey);
    }
}
