namespace Linnaeus.Benchmarks.RegistryLoad;

/// <summary>
/// Requests per second of MLflow's own server (gunicorn with its defaults) on two shared cores: the best published result of each
/// operation, at one client and at several. They were measured elsewhere, not in this run.
/// </summary>
internal static class MlflowFigures
{
    private static readonly Dictionary<string, (double SqliteOne, double SqliteMany, double PostgresOne, double PostgresMany)> Known = new()
    {
        [Workload.LogBatch] = (27, 30, 17, 26),
        [Workload.LogMetric] = (124, 124, 163, 163),
        [Workload.GetRun] = (95, 95, 102, 102),
        [Workload.CreateVersion] = (96, 96, 113, 113),
        [Workload.SearchAll] = (0.5, 0.5, 0.3, 0.3),
        [Workload.SearchTop] = (10, 10, 7, 7),
        [Workload.SearchPage] = (6, 6, 3.5, 3.5),
        [Workload.History] = (1.9, 1.9, 1.6, 1.6),
    };

    /// <summary>Null for what has no published figure.</summary>
    public static double? PerSecond(string operation, bool isPostgres, int clients) =>
        !Known.TryGetValue(operation, out var known) ? null
        : (isPostgres, clients > 1) switch
        {
            (false, false) => known.SqliteOne,
            (false, true) => known.SqliteMany,
            (true, false) => known.PostgresOne,
            (true, true) => known.PostgresMany,
        };
}
