using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Artifacts;

/// <summary>
/// A blob that no <see cref="StoredBlob"/> refers to: an upload in progress, or an orphan. The row is
/// written before the first byte is sent, so that no blob is forgotten. An upload ends by deleting it in the transaction that records the
/// bytes; a removal begins by setting <see cref="AbandonedTime"/>. Whichever comes first owns the blob.
/// </summary>
public sealed class UnboundBlob : IEntityTypeConfiguration<UnboundBlob>
{
    /// <summary>Name of the blob in the container.</summary>
    public string BlobName { get; set; } = "";

    /// <summary>Bytes, as far as known.</summary>
    public long Size { get; set; }
    public long CreationTime { get; set; }

    /// <summary>When the blob was abandoned, to be removed from the store.</summary>
    public long? AbandonedTime { get; set; }

    public void Configure(EntityTypeBuilder<UnboundBlob> builder)
    {
        builder.ToTable("unbound_blobs");
        builder.HasKey(b => b.BlobName);
    }
}
