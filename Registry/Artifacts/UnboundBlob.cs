using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Artifacts;

/// <summary>
/// A blob in the store that no <see cref="StoredBlob"/> names: an upload that has not ended, or bytes that nothing needs any more. The row is
/// written before the first byte is sent, so that none is ever forgotten; an upload ends by deleting it in the transaction that records the
/// bytes, a removal begins by setting <see cref="AbandonedTime"/>: whichever comes first has the blob.
/// </summary>
public sealed class UnboundBlob : IEntityTypeConfiguration<UnboundBlob>
{
    /// <summary>Name of the blob in the container.</summary>
    public string BlobName { get; set; } = "";

    /// <summary>Bytes, as far as they are known.</summary>
    public long Size { get; set; }
    public long CreationTime { get; set; }

    /// <summary>When it was given up; it is to be removed from the store.</summary>
    public long? AbandonedTime { get; set; }

    public void Configure(EntityTypeBuilder<UnboundBlob> builder)
    {
        builder.ToTable("unbound_blobs");
        builder.HasKey(b => b.BlobName);
    }
}
