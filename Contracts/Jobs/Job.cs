using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>
/// Status of a job. A leased job returns to QUEUED when its lease expires; the last three are final. A sweep is LEASED from the lease of
/// its first run and ends with its last run: SUCCEEDED if any run has.
/// </summary>
public enum JobStatus { Queued, Leased, Succeeded, Failed, Cancelled }

/// <summary>A durable unit of work in the Registry's queue.</summary>
public sealed record Job
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary><c>train</c>, <c>explain</c>, <c>diagnose</c> or <c>sweep</c>.</summary>
    public required string Kind { get; init; }

    public required JobStatus Status { get; init; }

    /// <summary>Whether the job has ended; it may still be resumed.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>
    /// A <see cref="TrainingSpec"/>, <see cref="ExplanationSpec"/>, <see cref="DiagnosisSpec"/> or <see cref="SweepSpec"/>, defaults filled
    /// in.
    /// </summary>
    public required JsonElement Spec { get; init; }

    /// <summary>MLflow run of a training job or a sweep.</summary>
    public string? RunId { get; init; }

    /// <summary>The sweep that a training job belongs to.</summary>
    public string? SweepId { get; init; }

    /// <summary>W3C trace context of the request that submitted the job.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Number of leases, including the current one.</summary>
    public int Attempts { get; init; }

    /// <summary>True after a request to cancel; the heartbeat tells the worker.</summary>
    public bool CancelRequested { get; init; }

    public string? Worker { get; init; }

    /// <summary>Latest progress that the worker reported.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>
    /// The result that the worker reported, e.g. <c>{"model":"flowers","version":"3"}</c>; for a sweep a <see cref="SweepResult"/>.
    /// </summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why the job failed.</summary>
    public string? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? LeaseExpiresAt { get; init; }
}

/// <summary>Progress of a job: <paramref name="Done"/> of <paramref name="Total"/> steps, and a message.</summary>
public sealed record JobProgress(long Done, long Total, string? Message);

/// <summary>A new job: <c>POST /api/jobs</c>.</summary>
public sealed record JobRequest(string Kind, JsonElement Spec);

/// <summary><c>POST /api/jobs/lease</c>: 200 with a <see cref="JobLease"/>, or 204 when nothing is queued or the queue is paused.</summary>
public sealed record LeaseRequest(string Worker, IReadOnlyList<string> Kinds, int LeaseSeconds = 30);

/// <summary>A job leased to one worker until <see cref="Job.LeaseExpiresAt"/>; later calls send the token.</summary>
public sealed record JobLease(Job Job, string LeaseToken);

/// <summary><c>POST /api/jobs/{id}/heartbeat</c>; 409 when the worker has lost the lease.</summary>
public sealed record HeartbeatRequest(string LeaseToken, JobProgress? Progress = null, int LeaseSeconds = 30);

public sealed record HeartbeatResponse(bool CancelRequested, DateTimeOffset LeaseExpiresAt);

/// <summary><c>POST /api/jobs/{id}/complete</c>.</summary>
public sealed record CompleteRequest(string LeaseToken, JsonElement? Result);

/// <summary>
/// <c>POST /api/jobs/{id}/fail</c>: final; the run of a training job becomes FAILED, with the message as tag <c>linnaeus.error</c>.
/// </summary>
public sealed record FailRequest(string LeaseToken, string Error);

/// <summary>
/// <c>POST /api/jobs/{id}/release</c>: requeues the job at once (graceful stop), or CANCELLED if a cancellation was requested.
/// </summary>
public sealed record ReleaseRequest(string LeaseToken);

/// <summary><c>GET /api/jobs/queue</c>: whether the queue is paused, and its length.</summary>
public sealed record QueueState
{
    /// <summary>No job is leased; running jobs continue.</summary>
    public required bool Paused { get; init; }
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Name of the token that paused the queue; null where the Registry is open.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Jobs that wait for a worker.</summary>
    public required int Queued { get; init; }

    /// <summary>Running jobs.</summary>
    public required int Leased { get; init; }
}

/// <summary>Answer of <c>GET /api/jobs</c>.</summary>
public sealed record JobList(IReadOnlyList<Job> Jobs);
