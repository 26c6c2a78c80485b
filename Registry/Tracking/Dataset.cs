using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>A dataset logged with runs of an experiment, identified by name and digest.</summary>
public sealed class Dataset : IEntityTypeConfiguration<Dataset>
{
    public long Id { get; set; }
    public long ExperimentId { get; set; }
    public string Name { get; set; } = "";
    public string Digest { get; set; } = "";
    public string SourceType { get; set; } = "";
    public string Source { get; set; } = "";
    public string? Schema { get; set; }
    public string? Profile { get; set; }

    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.ToTable("datasets");
        builder.HasIndex(d => new { d.ExperimentId, d.Name, d.Digest }).IsUnique();
        builder.HasOne<Experiment>().WithMany().HasForeignKey(d => d.ExperimentId);
    }
}

/// <summary>A dataset input of a run, with its tags (such as <c>mlflow.data.context</c>) as a JSON object.</summary>
public sealed class RunInput : IEntityTypeConfiguration<RunInput>
{
    public long RunKey { get; set; }
    public long DatasetId { get; set; }
    public string Tags { get; set; } = "{}";

    /// <summary>The tag <c>mlflow.data.context</c>, in its own column for filters.</summary>
    public string? Context { get; set; }

    public void Configure(EntityTypeBuilder<RunInput> builder)
    {
        builder.ToTable("run_inputs");
        builder.HasKey(i => new { i.RunKey, i.DatasetId });
        builder.HasIndex(i => i.DatasetId);
        builder.HasOne<Run>().WithMany().HasForeignKey(i => i.RunKey);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(i => i.DatasetId);
    }
}

/// <summary>A logged model (MLflow 3) that a run read or created.</summary>
public sealed class RunModel : IEntityTypeConfiguration<RunModel>
{
    public long RunKey { get; set; }
    public string ModelId { get; set; } = "";
    public bool IsOutput { get; set; }
    public long Step { get; set; }

    public void Configure(EntityTypeBuilder<RunModel> builder)
    {
        builder.ToTable("run_models");
        builder.HasKey(m => new { m.RunKey, m.ModelId, m.IsOutput });
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunKey);
    }
}
