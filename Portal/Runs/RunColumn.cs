using Linnaeus.Portal.Components;
using Linnaeus.Registry.Client;

namespace Linnaeus.Portal.Runs;

/// <summary>A metric or param as a column: <c>metrics.val_accuracy</c>, <c>params.learning_rate</c>.</summary>
public sealed record RunColumn(string Entity, string Key)
{
    public const string Metrics = "metrics";
    public const string Params = "params";

    public bool IsMetric => Entity == Metrics;

    /// <summary>As <c>fields</c> and the URL spell it.</summary>
    public string Field => $"{Entity}.{Key}";

    /// <summary>In MLflow filter syntax.</summary>
    public string Term => $"{Entity}.`{Key}`";

    public static RunColumn? TryParse(string field) => field.Split('.', 2) is [Metrics or Params, { Length: > 0 }] parts ? new RunColumn(parts[0], parts[1]) : null;

    public string ValueOf(Run run) => IsMetric
        ? run.Metrics.TryGetValue(Key, out var metric) ? Display.Number(metric.Value) : "–"
        : run.Params.GetValueOrDefault(Key, "–");

    /// <summary>Every metric and param of the runs.</summary>
    public static IReadOnlyList<RunColumn> Of(IReadOnlyList<Run> runs) =>
    [
        .. runs.SelectMany(run => run.Metrics.Keys).Distinct().Order(StringComparer.Ordinal).Select(key => new RunColumn(Metrics, key)),
        .. runs.SelectMany(run => run.Params.Keys).Distinct().Order(StringComparer.Ordinal).Select(key => new RunColumn(Params, key)),
    ];

    /// <summary>Default columns: up to 3 quality metrics and up to 4 params in which the runs differ.</summary>
    public static IReadOnlyList<RunColumn> Suggested(IReadOnlyList<Run> runs)
    {
        var all = Of(runs);
        var metrics = all.Where(c => c.IsMetric).OrderBy(c => Array.IndexOf(Telling, c.Key) is var at and >= 0 ? at : Telling.Length).Take(3);
        // Nested params follow from a top-level one.
        var differing = all.Where(c => !c.IsMetric && !c.Key.Contains('.', StringComparison.Ordinal) && runs.Select(run => run.Params.GetValueOrDefault(c.Key)).Distinct().Skip(1).Any());
        return [.. metrics, .. differing.Take(4)];
    }

    private static readonly string[] Telling = ["test_accuracy", "val_accuracy", "val_loss", "train_loss", "accuracy", "loss"];
}
