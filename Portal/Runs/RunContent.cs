using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>Initial content of a run page; curves and artifacts are read on demand.</summary>
/// <param name="Job">The job of the run; null for a run of another client.</param>
public sealed record RunContent(Run Run, Experiment Experiment, Job? Job)
{
    public const string JobTag = "linnaeus.job_id";

    public bool IsLive => Run.Status is RunStatus.Running or RunStatus.Scheduled;

    public static async Task<RunContent> ReadAsync(RegistryClient registry, string runId, RunContent? before, CancellationToken cancellationToken)
    {
        var run = await registry.Runs.GetAsync(runId, cancellationToken);
        var experiment = before?.Experiment.ExperimentId == run.ExperimentId ? before.Experiment : await registry.Experiments.GetAsync(run.ExperimentId, cancellationToken);
        var job = run.Tags.TryGetValue(JobTag, out var id) ? await FindJobAsync(registry, id, cancellationToken) : null;
        return new RunContent(run, experiment, job);
    }

    private static async Task<Job?> FindJobAsync(RegistryClient registry, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.Jobs.GetAsync(id, cancellationToken);
        }
        catch (RegistryException error) when (error.Status is System.Net.HttpStatusCode.NotFound)
        {
            // Any client can write this tag.
            return null;
        }
    }
}
