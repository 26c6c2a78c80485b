using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Linnaeus.Registry.Client.Work;

/// <summary>
/// Reports the outcome of a job: a result completes it, an error fails it with its message, a cancellation or a stop of the
/// process releases the lease, and after a lost lease nothing is reported.
/// </summary>
internal sealed class JobOutcome(JobsClient jobs, JobLease lease, HeldLease held, JobWorkerOptions options, ILogger logger)
{
    private string Id => lease.Job.Id;

    /// <param name="work">The finished work, or null when it did not stop in time.</param>
    public async Task ReportAsync(Task<object>? work)
    {
        if (work is null)
        {
            await GiveBackAsync();
            return;
        }
        try
        {
            var result = JsonSerializer.SerializeToElement(await work, ApiJson.Options);
            await TellAsync(() => jobs.CompleteAsync(Id, new CompleteRequest(lease.LeaseToken, result)));
            logger.LogInformation("Job {JobId} succeeded", Id);
        }
        catch (Exception error)
        {
            await ReportAsync(error);
        }
    }

    private Task ReportAsync(Exception error)
    {
        if (held.Reason == StopReason.LeaseLost || (error is OperationCanceledException && held.Reason != StopReason.None))
            return GiveBackAsync();
        if (error is RegistryException { IsTransient: true } && lease.Job.Attempts < options.Attempts)
        {
            logger.LogWarning("Job {JobId} requeued: Registry unavailable: {Reason}", Id, error.Message);
            return GiveBackAsync();
        }
        return FailAsync(error);
    }

    private Task FailAsync(Exception error)
    {
        Activity.Current?.SetStatus(ActivityStatusCode.Error, error.Message).AddException(error);
        var message = error is JobFaultException ? error.Message : $"Unexpected {error.GetType().Name}: {error.Message}";
        if (error is JobFaultException)
            logger.LogWarning("Job {JobId} failed: {Reason}", Id, message);
        else
            logger.LogError(error, "Job {JobId} failed", Id);
        return TellAsync(() => jobs.FailAsync(Id, new FailRequest(lease.LeaseToken, message)));
    }

    private Task GiveBackAsync()
    {
        Activity.Current?.SetTag("linnaeus.job.stopped", held.Reason.ToString());
        logger.LogInformation("Job {JobId} stopped early: {Reason}", Id, held.Reason);
        return held.Reason == StopReason.LeaseLost ? Task.CompletedTask : TellAsync(() => jobs.ReleaseAsync(Id, new ReleaseRequest(lease.LeaseToken)));
    }

    /// <summary>Retries until the report succeeds. If another worker has the lease, its outcome counts.</summary>
    private async Task TellAsync(Func<Task> say)
    {
        // Heartbeats keep the lease meanwhile. A stopping process cannot wait, but an expired lease has the same effect as a released one.
        var patience = TimeSpan.FromSeconds(held.Reason == StopReason.Stopping ? options.ReportSeconds : 600);
        try
        {
            await RegistryOutage.RideOutAsync(say, patience, logger, CancellationToken.None);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            logger.LogWarning("Job {JobId}: outcome reported too late: {Reason}", Id, error.Message);
        }
        catch (RegistryException error) when (error.IsTransient)
        {
            logger.LogError("Job {JobId}: outcome not reported; the job will be requeued when its lease expires: {Reason}", Id, error.Message);
        }
    }
}
