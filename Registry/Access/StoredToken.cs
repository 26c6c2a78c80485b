using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Access;

/// <summary>An access token, stored as its hash only.</summary>
public sealed class StoredToken : IEntityTypeConfiguration<StoredToken>
{
    public long Id { get; set; }
    public string Name { get; set; } = "";

    /// <summary>One of <see cref="TokenScopes"/>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Lowercase hexadecimal SHA-256. No salt or slow hash, since tokens have 256 random bits.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Epoch milliseconds, like all times in the database.</summary>
    public long CreationTime { get; set; }
    public string? CreatedBy { get; set; }
    public long? ExpiryTime { get; set; }
    public long? RevocationTime { get; set; }
    public long? LastUseTime { get; set; }

    public bool IsValid(long now) => RevocationTime is null && (ExpiryTime is null || now < ExpiryTime);

    public void Configure(EntityTypeBuilder<StoredToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasIndex(t => t.Hash).IsUnique();
        builder.HasIndex(t => t.Name).IsUnique().HasFilter("revocation_time IS NULL");
    }

    /// <param name="secret">The token, if it was just created.</param>
    public AccessToken ToContract(string? secret = null) => new()
    {
        Id = Id,
        Name = Name,
        Scope = Scope,
        CreatedAt = Time(CreationTime)!.Value,
        CreatedBy = CreatedBy,
        ExpiresAt = Time(ExpiryTime),
        RevokedAt = Time(RevocationTime),
        LastUsedAt = Time(LastUseTime),
        Token = secret,
    };

    public static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
