using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

public sealed class RunTag : IEntityTypeConfiguration<RunTag>
{
    public long RunKey { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<RunTag> builder)
    {
        builder.ToTable("run_tags");
        builder.HasKey(t => new { t.RunKey, t.Key });
        builder.HasOne<Run>().WithMany().HasForeignKey(t => t.RunKey);
    }
}
