using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Access;

/// <summary>An access token: its hash, never the token.</summary>
public sealed class StoredToken : IEntityTypeConfiguration<StoredToken>
{
    public long Id { get; set; }
    public string Name { get; set; } = "";

    /// <summary>One of <see cref="TokenScopes"/>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Lower-case hexadecimal SHA-256. A token has 256 random bits, so that neither salt nor slowness would add anything.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Epoch milliseconds, as all times here.</summary>
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

    /// <param name="secret">The token, when it has just been made.</param>
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
