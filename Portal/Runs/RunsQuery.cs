using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>The state of the run list, all of it in the URL.</summary>
/// <param name="Experiment">ID; null for all.</param>
/// <param name="Filter">MLflow filter syntax.</param>
/// <param name="Sort">Sort key in MLflow filter syntax; null for newest first.</param>
/// <param name="Page">1-based.</param>
/// <param name="Columns">Null for the defaults.</param>
public sealed record RunsQuery(string? Experiment, string? Filter, string? Sort, bool Descending, int Page, IReadOnlyList<RunColumn>? Columns, IReadOnlyList<string> Selected)
{
    public const int PageSize = 50;
    public const int MostSelected = 10;

    public RunSearch Search(IReadOnlyList<string> experiments, IReadOnlyList<RunColumn> columns) => new()
    {
        ExperimentIds = experiments,
        Filter = Filter,
        OrderBy = Sort is null ? [] : [$"{Sort} {(Descending ? "DESC" : "ASC")}"],
        MaxResults = PageSize,
        Offset = (Page - 1) * PageSize,
        Fields = [.. columns.Select(c => c.Field), "tags.mlflow.parentRunId"],
    };

    /// <summary>Query parameters; null omits one.</summary>
    public IReadOnlyDictionary<string, object?> Parameters => new Dictionary<string, object?>
    {
        ["experiment"] = Experiment,
        ["filter"] = string.IsNullOrWhiteSpace(Filter) ? null : Filter,
        ["sort"] = Sort,
        ["desc"] = Sort is not null && Descending ? "1" : null,
        ["page"] = Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null,
        ["columns"] = Columns is null ? null : string.Join(',', Columns.Select(c => c.Field)),
        ["selected"] = Selected.Count == 0 ? null : string.Join(',', Selected),
    };
}
