using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Models;

/// <summary>An entry of the audit log of an alias.</summary>
public sealed class AliasMove : IEntityTypeConfiguration<AliasMove>
{
    public long Id { get; set; }
    public long ModelId { get; set; }

    /// <summary>Lowercase, as in <see cref="ModelAlias"/>.</summary>
    public string Alias { get; set; } = "";

    /// <summary>Epoch milliseconds.</summary>
    public long Time { get; set; }
    public string Who { get; set; } = "";

    /// <summary>Null when the alias was unassigned.</summary>
    public long? FromVersion { get; set; }

    /// <summary>Null when the alias was removed.</summary>
    public long? ToVersion { get; set; }
    public string? Reason { get; set; }

    /// <summary>JSON of the overridden rules; null when there were none.</summary>
    public string? Overridden { get; set; }

    public void Configure(EntityTypeBuilder<AliasMove> builder)
    {
        builder.ToTable("alias_moves");
        builder.HasIndex(m => new { m.ModelId, m.Alias, m.Id });
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(m => m.ModelId);
    }

    public AliasMoveInfo ToContract() => new()
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(Time),
        By = Who,
        From = FromVersion?.ToString(CultureInfo.InvariantCulture),
        To = ToVersion?.ToString(CultureInfo.InvariantCulture),
        Reason = Reason,
        Overridden = Overridden is null ? null : JsonSerializer.Deserialize<List<RuleResult>>(Overridden, ApiJson.Options),
    };
}
