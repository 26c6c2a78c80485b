using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>A page of the run list.</summary>
/// <param name="Known">Columns to choose from: metrics and params of the latest runs.</param>
/// <param name="Suggested">Default columns.</param>
public sealed record RunsContent(
    IReadOnlyList<Experiment> Experiments, string? Experiment, IReadOnlyList<RunColumn> Known, IReadOnlyList<RunColumn> Suggested)
{
    // Number of latest runs to take columns from.
    private const int Sampled = 20;

    public IReadOnlyList<RunColumn> Columns { get; init; } = Suggested;

    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>Number of runs on all pages.</summary>
    public long Total { get; init; }

    public int Pages => (int)Math.Max(1, (Total + RunsQuery.PageSize - 1) / RunsQuery.PageSize);

    public bool IsLive => Runs.Any(run => run.Status is RunStatus.Running);

    /// <summary>Reads experiments and columns.</summary>
    public static async Task<RunsContent> OpenAsync(RegistryClient registry, string? experiment, CancellationToken cancellationToken)
    {
        var experiments = await registry.Experiments.ListAsync(cancellationToken);
        var search = new RunSearch { ExperimentIds = Ids(experiments, experiment), MaxResults = Sampled, IncludeTotal = false };
        var newest = (await registry.Runs.SearchAsync(search, cancellationToken)).Runs;
        return new RunsContent(experiments, experiment, RunColumn.Of(newest), RunColumn.Suggested(newest));
    }

    public async Task<RunsContent> SearchAsync(RegistryClient registry, RunsQuery query, CancellationToken cancellationToken)
    {
        var columns = query.Columns ?? Suggested;
        var page = await registry.Runs.SearchAsync(query.Search(Ids(Experiments, Experiment), columns), cancellationToken);
        return this with { Columns = columns, Runs = page.Runs, Total = page.Total };
    }

    private static IReadOnlyList<string> Ids(IReadOnlyList<Experiment> experiments, string? one) =>
        one is null ? [.. experiments.Select(e => e.ExperimentId)] : [one];
}
