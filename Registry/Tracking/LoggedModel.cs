using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>A logged model of MLflow 3: files, params, tags and metrics of one model, from any run.</summary>
public sealed class LoggedModel : IEntityTypeConfiguration<LoggedModel>
{
    public long Id { get; set; }

    /// <summary><c>m-</c> and 32 hex digits.</summary>
    public string ModelId { get; set; } = "";
    public long ExperimentId { get; set; }
    public string Name { get; set; } = "";
    public string? ModelType { get; set; }
    public string? SourceRunId { get; set; }

    /// <summary>One of <see cref="LoggedModelStatus"/>.</summary>
    public string Status { get; set; } = LoggedModelStatus.Pending;
    public string ArtifactUri { get; set; } = "";
    public long CreationTime { get; set; }
    public long LastUpdateTime { get; set; }

    /// <summary>When the model was deleted; null while it is active.</summary>
    public long? DeletedTime { get; set; }

    public void Configure(EntityTypeBuilder<LoggedModel> builder)
    {
        builder.ToTable("logged_models");
        builder.HasIndex(m => m.ModelId).IsUnique();
        builder.HasIndex(m => new { m.ExperimentId, m.CreationTime, m.ModelId }).IsDescending(false, true, false);
        builder.HasOne<Experiment>().WithMany().HasForeignKey(m => m.ExperimentId);
    }
}

/// <summary>The statuses of a logged model.</summary>
public static class LoggedModelStatus
{
    public const string Pending = "PENDING";
    public const string Ready = "READY";
    public const string Failed = "FAILED";
}

public sealed class LoggedModelTag : IEntityTypeConfiguration<LoggedModelTag>
{
    public long ModelKey { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<LoggedModelTag> builder)
    {
        builder.ToTable("logged_model_tags");
        builder.HasKey(t => new { t.ModelKey, t.Key });
        builder.HasOne<LoggedModel>().WithMany().HasForeignKey(t => t.ModelKey);
    }
}

public sealed class LoggedModelParam : IEntityTypeConfiguration<LoggedModelParam>
{
    public long ModelKey { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<LoggedModelParam> builder)
    {
        builder.ToTable("logged_model_params");
        builder.HasKey(p => new { p.ModelKey, p.Key });
        builder.HasOne<LoggedModel>().WithMany().HasForeignKey(p => p.ModelKey);
    }
}

/// <summary>A metric that a run logged for a model, optionally on a dataset. Like <see cref="Metric"/>, the whole row is its key.</summary>
public sealed class LoggedModelMetric : IEntityTypeConfiguration<LoggedModelMetric>
{
    public long ModelKey { get; set; }
    public string Key { get; set; } = "";
    public long RunKey { get; set; }

    /// <summary>Empty, like the digest, when the metric has no dataset.</summary>
    public string DatasetName { get; set; } = "";
    public string DatasetDigest { get; set; } = "";
    public long Timestamp { get; set; }
    public long Step { get; set; }

    /// <summary>Finite; 0 where <see cref="IsNan"/>.</summary>
    public double Value { get; set; }
    public bool IsNan { get; set; }

    public void Configure(EntityTypeBuilder<LoggedModelMetric> builder)
    {
        builder.ToTable("logged_model_metrics");
        builder.HasKey(m =>
            new { m.ModelKey, m.Key, m.Timestamp, m.Step, m.RunKey, m.DatasetName, m.DatasetDigest, m.Value, m.IsNan });
        builder.HasIndex(m => m.RunKey);
        builder.HasOne<LoggedModel>().WithMany().HasForeignKey(m => m.ModelKey);
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunKey);
    }
}
