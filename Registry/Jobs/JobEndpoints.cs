using System.Diagnostics;
using System.Security.Claims;
using Linnaeus.Registry.Http;
using Linnaeus.Registry.Jobs.Specs;
using Linnaeus.Registry.Jobs.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Linnaeus.Registry.Jobs;

/// <summary><c>/api/jobs</c>: submitting and following jobs, and the workers' calls.</summary>
public static class JobEndpoints
{
    private const int LongestLeaseSeconds = 3600;
    private const int MostListed = 1000;

    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<QueueMetrics>()
        .AddSingleton<ClockWatch>()
        .AddScoped<JobRequestReader>()
        .AddScoped<JobQueue>()
        .AddScoped<JobLeases>()
        .AddScoped<QueueValve>()
        .AddScoped<LeaseExpiry>()
        .AddScoped<SweepKeeper>()
        .AddHostedService<QueueKeeper>();

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/jobs").WithTags("Jobs");
        jobs.MapPost("/", SubmitAsync).WithSummary("Submit a job: {\"kind\": \"train\", \"explain\", \"diagnose\" or \"sweep\", \"spec\": {...}}.").ProducesValidationProblem();
        jobs.MapGet("/", ListAsync).WithSummary("List jobs, newest first; with sweep=ID the runs of a sweep.");
        jobs.MapGet("/{id}", GetAsync).WithSummary("Get a job.");
        jobs.MapPost("/{id}/cancel", CancelAsync).WithSummary("Cancel a job. A running job stops after the current step, a sweep with all its runs.");
        jobs.MapPost("/{id}/resume", (string id, JobQueue queue, CancellationToken token) => queue.ResumeAsync(id, token))
            .WithSummary("Requeue a failed or canceled job. A run resumes from its last checkpoint.");

        jobs.MapGet("/queue", (QueueValve queue, CancellationToken token) => queue.GetAsync(token)).WithSummary("Get the state of the queue: whether it is paused, and its length.");
        jobs.MapPost("/pause", (ClaimsPrincipal caller, QueueValve queue, CancellationToken token) => queue.PauseAsync(caller.Identity?.Name, token))
            .WithSummary("Pause the queue, also across restarts. Running jobs continue and new jobs are accepted.");
        jobs.MapPost("/resume", (QueueValve queue, CancellationToken token) => queue.ResumeAsync(token)).WithSummary("Resume the queue.");

        jobs.MapPost("/lease", LeaseAsync).WithSummary("Lease the oldest queued job; 204 when there is none or the queue is paused.");
        jobs.MapPost("/{id}/heartbeat", HeartbeatAsync).WithSummary("Extend the lease and report progress.");
        jobs.MapPost("/{id}/complete", (string id, CompleteRequest request, JobLeases leases, CancellationToken token) => leases.CompleteAsync(id, request, token))
            .WithSummary("End the job as SUCCEEDED.");
        jobs.MapPost("/{id}/fail", (string id, FailRequest request, JobLeases leases, CancellationToken token) => leases.FailAsync(id, request, token))
            .WithSummary("End the job as FAILED.");
        jobs.MapPost("/{id}/release", (string id, ReleaseRequest request, JobLeases leases, CancellationToken token) => leases.ReleaseAsync(id, request, token))
            .WithSummary("Release the lease: QUEUED again, or CANCELLED if a cancellation was requested.");
    }

    private static async Task<Created<Job>> SubmitAsync(
        HttpRequest request, JobRequestReader reader, JobQueue queue, CancellationToken cancellationToken)
    {
        var job = await queue.SubmitAsync(await reader.ReadAsync(request.Body, cancellationToken), Activity.Current?.Id, cancellationToken);
        Activity.Current?.SetTag("linnaeus.job.id", job.Id).SetTag("linnaeus.run.id", job.RunId);
        return TypedResults.Created($"/api/jobs/{job.Id}", job);
    }

    private static async Task<JobList> ListAsync(
        string? kind, string? status, string? sweep, int? limit, JobQueue queue, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        if (kind is not null && !JobKinds.All.Contains(kind))
            faults.Add("kind", $"must be {string.Join(" or ", JobKinds.All)}, got {kind}.");
        if (status is not null && (!Enum.TryParse<JobStatus>(status, ignoreCase: true, out var known) || !Enum.IsDefined(known)))
            faults.Add("status", $"must be {string.Join(", ", Enum.GetNames<JobStatus>()).ToUpperInvariant()}, got {status}.");
        if (limit is < 1 or > MostListed)
            faults.Add("limit", $"must be an integer from 1 to {MostListed}, got {limit}.");
        faults.ThrowIfAny("The query");
        return new JobList(await queue.ListAsync(kind, status?.ToUpperInvariant(), sweep, limit ?? 100, cancellationToken));
    }

    private static Task<Job> GetAsync(string id, JobQueue queue, CancellationToken cancellationToken) => queue.GetAsync(id, cancellationToken);

    private static Task<Job> CancelAsync(string id, JobQueue queue, CancellationToken cancellationToken) => queue.CancelAsync(id, cancellationToken);

    private static async Task<Results<Ok<JobLease>, NoContent>> LeaseAsync(
        LeaseRequest request, JobLeases leases, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        if (string.IsNullOrWhiteSpace(request.Worker) || request.Worker.Length > 200)
            faults.Add("$.worker", "is required: 1 to 200 characters that name the worker in logs.");
        if (request.Kinds is not { Count: > 0 } || request.Kinds.Any(kind => !JobKinds.Leasable.Contains(kind)))
            faults.Add("$.kinds", $"must list one or more of {string.Join(", ", JobKinds.Leasable)}.");
        CheckSeconds(request.LeaseSeconds, faults);
        faults.ThrowIfAny("The lease");

        var lease = await leases.LeaseAsync(request, cancellationToken);
        return lease is null ? TypedResults.NoContent() : TypedResults.Ok(lease);
    }

    private static Task<HeartbeatResponse> HeartbeatAsync(
        string id, HeartbeatRequest request, JobLeases leases, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        CheckSeconds(request.LeaseSeconds, faults);
        faults.ThrowIfAny("The heartbeat");
        return leases.HeartbeatAsync(id, request, cancellationToken);
    }

    private static void CheckSeconds(int seconds, Faults faults)
    {
        if (seconds is < 1 or > LongestLeaseSeconds)
            faults.Add("$.lease_seconds", $"must be an integer from 1 to {LongestLeaseSeconds}, got {seconds}.");
    }
}
