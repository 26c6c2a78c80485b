using Linnaeus.Registry.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>An MLflow experiment. Names stay reserved after deletion.</summary>
public sealed class Experiment : IEntityTypeConfiguration<Experiment>
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string ArtifactLocation { get; set; } = "";
    public long CreationTime { get; set; }
    public long LastUpdateTime { get; set; }
    public bool Deleted { get; set; }

    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("experiments");
        builder.HasIndex(e => e.Name).IsUnique();
    }
}

public sealed class ExperimentTag : IEntityTypeConfiguration<ExperimentTag>
{
    public long ExperimentId { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<ExperimentTag> builder)
    {
        builder.ToTable("experiment_tags");
        builder.HasKey(t => new { t.ExperimentId, t.Key });
        builder.HasOne<Experiment>().WithMany().HasForeignKey(t => t.ExperimentId);
    }
}
