using System.Net;
using Linnaeus.Portal.Runs;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Training;

/// <summary>The job whose spec a new one begins with.</summary>
public static class StartingJob
{
    /// <param name="id">Of a job, or of the run of one.</param>
    /// <exception cref="RegistryException">There is no such job or run, or the run is not of a job.</exception>
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
                : throw new RegistryException(HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", $"The run {run.Name} was made by another client: it has no spec to begin with.");
        }
    }
}
