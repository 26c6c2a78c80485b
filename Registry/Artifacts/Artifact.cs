using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Artifacts;

/// <summary>A complete blob in the store; identical bytes are stored once.</summary>
public sealed class StoredBlob : IEntityTypeConfiguration<StoredBlob>
{
    /// <summary>64 lowercase hex digits.</summary>
    public string Sha256 { get; set; } = "";
    public long Size { get; set; }

    /// <summary>Name of the blob in the container.</summary>
    public string BlobName { get; set; } = "";
    public long CreationTime { get; set; }

    /// <summary>When the blob was found missing or different; the next upload of the same bytes repairs it.</summary>
    public long? DamagedTime { get; set; }

    public void Configure(EntityTypeBuilder<StoredBlob> builder)
    {
        builder.ToTable("blobs");
        builder.HasKey(b => b.Sha256);
    }
}

/// <summary>A file below the artifact root and the blob with its bytes.</summary>
public sealed class Artifact : IEntityTypeConfiguration<Artifact>
{
    /// <summary>Full path below the artifact root: <c>EXPERIMENT/RUN/artifacts/model/MLmodel</c>.</summary>
    public string Path { get; set; } = "";
    public string Sha256 { get; set; } = "";
    public long Size { get; set; }
    public long CreationTime { get; set; }

    public void Configure(EntityTypeBuilder<Artifact> builder)
    {
        builder.ToTable("artifacts");
        builder.HasKey(a => a.Path);
        builder.HasIndex(a => a.Sha256);
        builder.HasOne<StoredBlob>().WithMany().HasForeignKey(a => a.Sha256).OnDelete(DeleteBehavior.Restrict);
    }
}
