using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>
/// One point of a metric. The whole row is its key, so that a repeated request adds nothing. NaN is a flag, since SQLite has none.
/// </summary>
public sealed class Metric : IEntityTypeConfiguration<Metric>
{
    public long RunKey { get; set; }
    public string Key { get; set; } = "";
    public long Timestamp { get; set; }
    public long Step { get; set; }

    /// <summary>Finite; 0 where <see cref="IsNan"/>.</summary>
    public double Value { get; set; }
    public bool IsNan { get; set; }

    public void Configure(EntityTypeBuilder<Metric> builder)
    {
        builder.ToTable("metrics");
        builder.HasKey(m => new { m.RunKey, m.Key, m.Timestamp, m.Step, m.Value, m.IsNan });
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunKey);
    }
}

/// <summary>The point of a metric with the greatest (step, timestamp, value), and the minimum and maximum of all its points.</summary>
public sealed class LatestMetric : IEntityTypeConfiguration<LatestMetric>
{
    public long RunKey { get; set; }
    public string Key { get; set; } = "";
    public long Timestamp { get; set; }
    public long Step { get; set; }
    public double Value { get; set; }
    public bool IsNan { get; set; }

    /// <summary>Minimum and the first step that reached it; null while all values are NaN.</summary>
    public double? MinValue { get; set; }
    public long? MinStep { get; set; }

    /// <summary>Maximum and the first step that reached it.</summary>
    public double? MaxValue { get; set; }
    public long? MaxStep { get; set; }

    public void Configure(EntityTypeBuilder<LatestMetric> builder)
    {
        builder.ToTable("latest_metrics");
        builder.HasKey(m => new { m.RunKey, m.Key });
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunKey);
    }
}
