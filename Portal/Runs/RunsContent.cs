using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>A page of a list of runs.</summary>
/// <param name="Known">Metrics and params to choose columns from: those of the experiment's newest runs.</param>
/// <param name="Suggested">Of these, what is shown before anybody chooses.</param>
public sealed record RunsContent(
    IReadOnlyList<Experiment> Experiments, string? Experiment, IReadOnlyList<RunColumn> Known, IReadOnlyList<RunColumn> Suggested)
{
    // Newest runs that are looked at for their metrics and params.
    private const int Sampled = 20;

    public IReadOnlyList<RunColumn> Columns { get; init; } = Suggested;

    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>Runs of all pages.</summary>
    public long Total { get; init; }

    public int Pages => (int)Math.Max(1, (Total + RunsQuery.PageSize - 1) / RunsQuery.PageSize);

    public bool IsLive => Runs.Any(run => run.Status is RunStatus.Running);

    /// <summary>What there is to choose from, before any search.</summary>
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
