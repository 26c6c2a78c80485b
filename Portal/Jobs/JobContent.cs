using Linnaeus.Portal.Runs;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Jobs;

/// <summary>What a job's page has read.</summary>
/// <param name="Run">The run it logs to; null when it has none or that is gone.</param>
/// <param name="Children">Of a sweep: its trainings, the oldest first, each with its run.</param>
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

    /// <param name="parent">The sweep's run, by which those of its trainings are found in one search.</param>
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
            // Deleted and collected.
            return null;
        }
    }
}

/// <summary>A training of a sweep.</summary>
public sealed record SweepChild(Job Job, Run? Run)
{
    /// <summary>Best value so far of the sweep's metric: the highest accuracy, the lowest loss.</summary>
    public double? Best(string metric) => Run?.Metrics.GetValueOrDefault(metric) is { } found
        ? metric.EndsWith("loss", StringComparison.Ordinal) ? found.Min ?? found.Value : found.Max ?? found.Value
        : null;
}
