using Linnaeus.Portal.Runs;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>Content of a job page.</summary>
/// <param name="Run">The run that the job logs to; null if it has none or the run was deleted.</param>
/// <param name="Children">The jobs of a sweep with their runs, oldest first.</param>
public sealed record JobContent(Job Job, Run? Run, IReadOnlyList<SweepChild> Children)
{
    private const int MostChildren = 256;

    public bool IsAtWork => !Job.HasEnded;

    public static async Task<JobContent> ReadAsync(RegistryClient registry, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var job = await registry.Jobs.GetAsync(id, cancellationToken);
        var run = await FindRunAsync(registry, job, cancellationToken);
        return new JobContent(job, run, job.Kind == "sweep" ? await ChildrenAsync(registry, id, run, cancellationToken) : []);
    }

    /// <param name="parent">The run of the sweep; one search by it finds the runs of all child jobs.</param>
    private static async Task<IReadOnlyList<SweepChild>> ChildrenAsync(RegistryClient registry, string sweep, Run? parent, CancellationToken cancellationToken)
    {
        var jobs = await registry.Jobs.ListAsync(limit: MostChildren, sweep: sweep, cancellationToken: cancellationToken);
        var search = new RunSearch
        {
            ExperimentIds = parent is null ? [] : [parent.ExperimentId],
            Filter = $"tags.mlflow.parentRunId = '{parent?.RunId}'",
            MaxResults = MostChildren,
            IncludeTotal = false,
            IncludeExtremes = true,
        };
        var runs = (await registry.Runs.SearchAsync(search, cancellationToken)).Runs.ToDictionary(run => run.RunId);
        return [.. jobs.OrderBy(job => job.CreatedAt).ThenBy(job => Components.Display.NameOf(job), StringComparer.Ordinal)
            .Select(job => new SweepChild(job, job.RunId is null ? null : runs.GetValueOrDefault(job.RunId)))];
    }

    private static async Task<Run?> FindRunAsync(RegistryClient registry, Job job, CancellationToken cancellationToken)
    {
        if (job.RunId is not { } id)
            return null;
        try
        {
            return await registry.Runs.GetAsync(id, cancellationToken);
        }
        catch (RegistryException error) when (error.Status is System.Net.HttpStatusCode.NotFound)
        {
            // Deleted and garbage-collected.
            return null;
        }
    }
}

/// <summary>A run of a sweep.</summary>
public sealed record SweepChild(Job Job, Run? Run)
{
    /// <summary>Best value of the metric so far: the lowest for a loss, else the highest.</summary>
    public double? Best(string metric) => Run?.Metrics.GetValueOrDefault(metric) is { } found
        ? metric.EndsWith("loss", StringComparison.Ordinal) ? found.Min ?? found.Value : found.Max ?? found.Value
        : null;
}
