using System.Net;
using Linnaeus.Portal.Runs;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>Finds the job to clone.</summary>
public static class StartingJob
{
    /// <param name="id">ID of a job, or of its run.</param>
    /// <exception cref="RegistryException">404: no such job or run, or the run does not belong to a job.</exception>
    public static async Task<Job> FindAsync(RegistryClient registry, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        try
        {
            return await registry.Jobs.GetAsync(id, cancellationToken);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound)
        {
            var run = await registry.Runs.GetAsync(id, cancellationToken);
            return run.Tags.TryGetValue(RunContent.JobTag, out var job)
                ? await registry.Jobs.GetAsync(job, cancellationToken)
                : throw new RegistryException(HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", $"Run {run.Name} was logged by another client and has no configuration to clone.");
        }
    }
}
