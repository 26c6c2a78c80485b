using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Linnaeus.Registry.Jobs;

/// <summary>A job in the database. Times are epoch milliseconds, documents JSON text.</summary>
public sealed class QueuedJob : IEntityTypeConfiguration<QueuedJob>
{
    /// <summary>Position in the queue: the lowest comes first.</summary>
    public long Id { get; set; }
    public string JobId { get; set; } = "";
    public string Kind { get; set; } = "";

    /// <summary>One of <see cref="JobStates"/>.</summary>
    public string Status { get; set; } = JobStates.Queued;
    public string Spec { get; set; } = "{}";
    public string? RunId { get; set; }

    /// <summary><see cref="JobId"/> of the sweep that the job belongs to.</summary>
    public string? SweepId { get; set; }
    public string? Traceparent { get; set; }
    public long Attempts { get; set; }

    /// <summary>Number of consecutive expired leases without progress beyond <see cref="Furthest"/>.</summary>
    public long Expiries { get; set; }

    /// <summary>Maximum step that a lost worker has reported.</summary>
    public long Furthest { get; set; }
    public bool CancelRequested { get; set; }
    public string? Worker { get; set; }

    /// <summary>Token of the latest lease. Kept after the lease, so that its owner can repeat a call whose response was lost.</summary>
    public string? LeaseToken { get; set; }

    /// <summary>When the latest lease started; null once it was released.</summary>
    public long? LeasedTime { get; set; }

    /// <summary>When the latest lease ends or ended; null once it was released.</summary>
    public long? LeaseExpiryTime { get; set; }
    public string? Progress { get; set; }
    public string? Result { get; set; }
    public string? Error { get; set; }
    public long CreationTime { get; set; }
    public long? StartTime { get; set; }
    public long? EndTime { get; set; }

    public void Configure(EntityTypeBuilder<QueuedJob> builder)
    {
        builder.ToTable("jobs");
        builder.HasKey(j => j.Id);
        builder.HasIndex(j => j.JobId).IsUnique();
        builder.HasIndex(j => new { j.Status, j.Kind, j.Id });
        builder.HasIndex(j => j.SweepId);
        builder.Property(j => j.Furthest).HasDefaultValue(0L);
    }

    /// <summary>Counts an expired lease.</summary>
    public void CountExpiry()
    {
        var reached = Reported()?.Done ?? 0;
        Expiries = reached > Furthest ? 1 : Expiries + 1;
        Furthest = Math.Max(Furthest, reached);
    }

    /// <summary>Requeues an ended job with cleared counts. Calls with the last lease's token are no longer valid.</summary>
    public void Resume()
    {
        (Status, CancelRequested, Error, EndTime) = (JobStates.Queued, false, null, null);
        (Expiries, Furthest) = (0, 0);
        (Worker, LeaseToken, LeasedTime, LeaseExpiryTime) = (null, null, null, null);
    }

    public Job ToContract() => new()
    {
        Id = JobId,
        Kind = Kind,
        Status = Enum.Parse<JobStatus>(Status, ignoreCase: true),
        Spec = Json(Spec)!.Value,
        RunId = RunId,
        SweepId = SweepId,
        Traceparent = Traceparent,
        Attempts = (int)Attempts,
        CancelRequested = CancelRequested,
        Worker = Worker,
        Progress = ProgressNow(),
        Result = Json(Result),
        Error = Error,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreationTime),
        StartedAt = Time(StartTime),
        EndedAt = Time(EndTime),
        LeaseExpiresAt = Status == JobStates.Leased ? Time(LeaseExpiryTime) : null,
    };

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    private JobProgress? Reported() => Progress is null ? null : JsonSerializer.Deserialize<JobProgress>(Progress, ApiJson.Options);

    // The last heartbeat may be some steps old when the job succeeds.
    private JobProgress? ProgressNow()
    {
        var reported = Reported();
        return reported is not null && Status == JobStates.Succeeded ? reported with { Done = reported.Total, Message = null } : reported;
    }
}

/// <summary><see cref="JobStatus"/> in the database.</summary>
public static class JobStates
{
    public const string Queued = "QUEUED";
    public const string Leased = "LEASED";
    public const string Succeeded = "SUCCEEDED";
    public const string Failed = "FAILED";
    public const string Cancelled = "CANCELLED";

    public static bool IsFinal(string status) => status is Succeeded or Failed or Cancelled;
}

public static class JobKinds
{
    public const string Train = "train";
    public const string Explain = "explain";
    public const string Diagnose = "diagnose";
    public const string Sweep = "sweep";

    /// <summary>Kinds that workers lease.</summary>
    public static IReadOnlyList<string> Leasable { get; } = [Train, Explain, Diagnose];

    /// <summary>Kinds that can be submitted.</summary>
    public static IReadOnlyList<string> All { get; } = [Train, Explain, Diagnose, Sweep];
}
