using Linnaeus.Registry.Artifacts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Models;

public sealed class ModelVersion : IEntityTypeConfiguration<ModelVersion>
{
    public long ModelId { get; set; }
    public long Version { get; set; }
    public long CreationTime { get; set; }
    public long LastUpdateTime { get; set; }
    public string UserId { get; set; } = "";
    public string Stage { get; set; } = "None";
    public string? Description { get; set; }
    public string Source { get; set; } = "";
    public string? RunId { get; set; }
    public string? RunLink { get; set; }

    /// <summary>One of <see cref="VersionStatus"/>.</summary>
    public string Status { get; set; } = VersionStatus.Ready;

    /// <summary>The problem with the version's files; null when there is none.</summary>
    public string? StatusMessage { get; set; }

    /// <summary>MLflow 3's logged model, if the client names one.</summary>
    public string? LoggedModelId { get; set; }

    /// <summary>Full path of the model's folder below the artifact root; null when the source is outside the Registry's store.</summary>
    public string? ArtifactPath { get; set; }

    /// <summary>Location of a copy's files outside the Registry's store; its source only names the original version.</summary>
    public string? StorageUri { get; set; }

    /// <summary>SHA-256 over the sorted file list; equal for equal folders.</summary>
    public string? FilesDigest { get; set; }
    public string? Traceparent { get; set; }

    /// <summary>The version that this one was fine-tuned from or copied from.</summary>
    public long? ParentModelId { get; set; }
    public long? ParentVersion { get; set; }

    /// <summary>When the version was deleted, or null. Queries skip deleted versions unless they ask for them.</summary>
    public long? DeletedTime { get; set; }

    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.ToTable("model_versions");
        builder.HasKey(v => new { v.ModelId, v.Version });
        builder.HasIndex(v => v.RunId);
        builder.HasIndex(v => v.CreationTime);
        builder.HasIndex(v => v.ArtifactPath);
        builder.HasIndex(v => new { v.ParentModelId, v.ParentVersion });
        builder.HasQueryFilter(v => v.DeletedTime == null);
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(v => v.ModelId);
    }
}

/// <summary>MLflow's version statuses that this server uses.</summary>
public static class VersionStatus
{
    public const string Ready = "READY";

    /// <summary>Files are damaged or missing.</summary>
    public const string Failed = "FAILED_REGISTRATION";
}

public sealed class ModelVersionTag : IEntityTypeConfiguration<ModelVersionTag>
{
    public long ModelId { get; set; }
    public long Version { get; set; }
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<ModelVersionTag> builder)
    {
        builder.ToTable("model_version_tags");
        builder.HasKey(t => new { t.ModelId, t.Version, t.Key });
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(t => new { t.ModelId, t.Version });
    }
}

/// <summary>A file of a version's folder with its registered checksum.</summary>
public sealed class ModelVersionFile : IEntityTypeConfiguration<ModelVersionFile>
{
    public long ModelId { get; set; }
    public long Version { get; set; }

    /// <summary>Path inside the folder.</summary>
    public string Path { get; set; } = "";
    public long Size { get; set; }
    public string Sha256 { get; set; } = "";

    public void Configure(EntityTypeBuilder<ModelVersionFile> builder)
    {
        builder.ToTable("model_version_files");
        builder.HasKey(f => new { f.ModelId, f.Version, f.Path });
        builder.HasIndex(f => f.Sha256);
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(f => new { f.ModelId, f.Version });
        builder.HasOne<StoredBlob>().WithMany().HasForeignKey(f => f.Sha256).OnDelete(DeleteBehavior.Restrict);
    }
}
