using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Tracking;

/// <summary>An MLflow run. <see cref="Id"/> is the key in the database, <see cref="RunId"/> (32 hex digits) the public id.</summary>
public sealed class Run : IEntityTypeConfiguration<Run>
{
    public long Id { get; set; }
    public string RunId { get; set; } = "";
    public long ExperimentId { get; set; }
    public string Name { get; set; } = "";
    public string UserId { get; set; } = "";

    /// <summary>One of <see cref="RunStatus"/>.</summary>
    public string Status { get; set; } = RunStatus.Running;
    public long StartTime { get; set; }
    public long? EndTime { get; set; }
    public string ArtifactUri { get; set; } = "";

    /// <summary>When the run was deleted; null while it is active.</summary>
    public long? DeletedTime { get; set; }

    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("runs");
        builder.HasIndex(r => r.RunId).IsUnique();
        builder.HasIndex(r => new { r.ExperimentId, r.StartTime, r.RunId }).IsDescending(false, true, false);
        builder.HasOne<Experiment>().WithMany().HasForeignKey(r => r.ExperimentId);
    }
}

/// <summary>MLflow's run statuses.</summary>
public static class RunStatus
{
    public const string Running = "RUNNING";
    public const string Scheduled = "SCHEDULED";
    public const string Finished = "FINISHED";
    public const string Failed = "FAILED";
    public const string Killed = "KILLED";

    public static IReadOnlyList<string> All { get; } = [Running, Scheduled, Finished, Failed, Killed];
}
