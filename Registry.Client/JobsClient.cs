using System.Text.Json;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>The job queue: <c>/api/jobs</c>.</summary>
public sealed class JobsClient
{
    private readonly RegistryTransport _transport;

    internal JobsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>
    /// Queues a job and, for <c>train</c>, creates its run. An invalid spec is a 400 whose <see cref="RegistryException.Errors"/> list
    /// every error.
    /// </summary>
    public Task<Job> SubmitAsync(JobRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Job>("/api/jobs", request, idempotent: false, cancellationToken);

    /// <inheritdoc cref="SubmitAsync(JobRequest, CancellationToken)"/>
    public Task<Job> SubmitAsync(TrainingSpec spec, CancellationToken cancellationToken = default) =>
        SubmitAsync(new JobRequest("train", ToJson(spec)), cancellationToken);

    /// <inheritdoc cref="SubmitAsync(JobRequest, CancellationToken)"/>
    public Task<Job> SubmitAsync(ExplanationSpec spec, CancellationToken cancellationToken = default) =>
        SubmitAsync(new JobRequest("explain", ToJson(spec)), cancellationToken);

    /// <inheritdoc cref="SubmitAsync(JobRequest, CancellationToken)"/>
    public Task<Job> SubmitAsync(DiagnosisSpec spec, CancellationToken cancellationToken = default) =>
        SubmitAsync(new JobRequest("diagnose", ToJson(spec)), cancellationToken);

    /// <inheritdoc cref="SubmitAsync(JobRequest, CancellationToken)"/>
    public Task<Job> SubmitAsync(SweepSpec spec, CancellationToken cancellationToken = default) =>
        SubmitAsync(new JobRequest("sweep", ToJson(spec)), cancellationToken);

    public Task<Job> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Job>(HttpMethod.Get, Path(id), null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>Newest first; <paramref name="limit"/> is 1 to 1000.</summary>
    /// <param name="sweep">Id of a sweep, for its runs.</param>
    public async Task<IReadOnlyList<Job>> ListAsync(
        string? kind = null, JobStatus? status = null, int limit = 100, string? sweep = null, CancellationToken cancellationToken = default)
    {
        var query = new QueryText("/api/jobs").Add("kind", kind).Add("status", status?.ToString().ToUpperInvariant()).Add("limit", limit).Add("sweep", sweep);
        var list = await _transport.SendAsync<JobList>(
            HttpMethod.Get, query.ToString(), null, ApiJson.Options, idempotent: true, cancellationToken);
        return list.Jobs;
    }

    /// <summary>Leases the oldest queued job of the requested kinds; null when there is none.</summary>
    public Task<JobLease?> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken = default) =>
        _transport.TrySendAsync<JobLease>(
            HttpMethod.Post, "/api/jobs/lease", request, ApiJson.Options, idempotent: false, cancellationToken);

    /// <summary>Extends the lease and reports progress. A 409 means that the lease is lost: stop the work.</summary>
    public Task<HeartbeatResponse> HeartbeatAsync(string id, HeartbeatRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<HeartbeatResponse>(Path(id, "heartbeat"), request, idempotent: true, cancellationToken);

    /// <summary>Ends the job as SUCCEEDED. Can be repeated with the same token.</summary>
    public Task<Job> CompleteAsync(string id, CompleteRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Job>(Path(id, "complete"), request, idempotent: true, cancellationToken);

    /// <summary>Ends the job as FAILED. Can be repeated with the same token.</summary>
    public Task<Job> FailAsync(string id, FailRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Job>(Path(id, "fail"), request, idempotent: true, cancellationToken);

    /// <summary>Releases the job: QUEUED again, or CANCELLED if a cancellation was requested.</summary>
    public Task<Job> ReleaseAsync(string id, ReleaseRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Job>(Path(id, "release"), request, idempotent: true, cancellationToken);

    /// <summary>Cancels a queued job at once; asks the worker of a running one to stop. 409 for a finished job.</summary>
    public Task<Job> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync<Job>(Path(id, "cancel"), null, idempotent: true, cancellationToken);

    /// <summary>
    /// Requeues a failed or canceled job with its run, which resumes from its last checkpoint. 409 for one that succeeded or is part of a
    /// sweep.
    /// </summary>
    public Task<Job> ResumeAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync<Job>(Path(id, "resume"), null, idempotent: true, cancellationToken);

    /// <summary>Whether the queue is paused, and its length.</summary>
    public Task<QueueState> GetQueueAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<QueueState>(HttpMethod.Get, "/api/jobs/queue", null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>Pauses the queue, also across restarts of the Registry. Running jobs continue and new ones are accepted.</summary>
    public Task<QueueState> PauseQueueAsync(CancellationToken cancellationToken = default) =>
        SendAsync<QueueState>("/api/jobs/pause", null, idempotent: true, cancellationToken);

    /// <summary>Resumes the queue.</summary>
    public Task<QueueState> ResumeQueueAsync(CancellationToken cancellationToken = default) =>
        SendAsync<QueueState>("/api/jobs/resume", null, idempotent: true, cancellationToken);

    private Task<T> SendAsync<T>(string path, object? body, bool idempotent, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Post, path, body, ApiJson.Options, idempotent, cancellationToken);

    private static string Path(string id, string? action = null) =>
        $"/api/jobs/{Uri.EscapeDataString(id)}" + (action is null ? "" : "/" + action);

    private static JsonElement ToJson<T>(T spec) => JsonSerializer.SerializeToElement(spec, ApiJson.Options);
}
