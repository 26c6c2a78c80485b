using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus runs</c>, <c>linnaeus runs show ID</c></summary>
internal static class RunsCommand
{
    private static readonly string[] Columns = ["params.model", "metrics.val_accuracy", "metrics.test_accuracy"];

    public static Command Create(CommandRunner runner)
    {
        var experiment = new Option<string?>("--experiment", "-e") { Description = "Experiment name. Default: all experiments." };
        var filter = new Option<string?>("--filter") { Description = "MLflow filter string, e.g. \"metrics.val_accuracy > 0.9 AND params.augmentation = 'keras'\"." };
        var order = new Option<string[]>("--order-by") { Description = "E.g. \"metrics.val_accuracy DESC\"; default: newest first." };
        var columns = new Option<string[]>("--columns")
        {
            Description = "Metrics, params and tags to show, e.g. metrics.test_accuracy params.seed.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Columns,
        };
        var limit = new Option<int>("--max") { Description = "Max number of runs.", DefaultValueFactory = _ => 20 };
        var command = new Command("runs", "Search runs.") { experiment, filter, order, columns, limit, Show(runner) };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var search = new RunSearch
            {
                ExperimentIds = await ExperimentsAsync(platform.Registry, parsed.GetValue(experiment), cancellationToken),
                Filter = parsed.GetValue(filter),
                OrderBy = parsed.GetValue(order) ?? [],
                MaxResults = parsed.GetValue(limit),
                Fields = platform.Answer.IsJson ? null : parsed.GetRequiredValue(columns),
            };
            var page = await platform.Registry.Runs.SearchAsync(search, cancellationToken);
            platform.Answer.Write(page, () => Show(platform.Answer, page, parsed.GetRequiredValue(columns)));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Show(Answer answer, RunPage page, string[] columns)
    {
        answer.Table(
            ["Run", "Name", "Status", "Started", "Duration", .. columns.Select(c => c[(c.IndexOf('.', StringComparison.Ordinal) + 1)..])],
            [.. page.Runs.Select(run => Row(run, columns))],
            "No runs match.");
        if (page.Total > page.Runs.Count)
            answer.Say($"{page.Runs.Count} of {page.Total} runs. Show more with --max N.");
    }

    private static IEnumerable<string> Row(Run run, string[] columns) =>
    [
        run.RunId, run.Name, Answer.Status($"{run.Status}"), Answer.Time(run.StartTime), Answer.Duration((run.EndTime ?? DateTimeOffset.UtcNow) - run.StartTime),
        .. columns.Select(column => Value(run, column)),
    ];

    private static string Value(Run run, string column)
    {
        var key = column[(column.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return column[0] switch
        {
            'm' => Answer.Number(run.Metrics.GetValueOrDefault(key)?.Value),
            'p' => run.Params.GetValueOrDefault(key, "-"),
            _ => run.Tags.GetValueOrDefault(key, "-"),
        };
    }

    private static async Task<IReadOnlyList<string>> ExperimentsAsync(RegistryClient registry, string? name, CancellationToken cancellationToken)
    {
        var experiments = await registry.Experiments.ListAsync(cancellationToken);
        if (name is null)
            return [.. experiments.Select(e => e.ExperimentId)];
        return experiments.FirstOrDefault(e => e.Name == name) is { } one
            ? [one.ExperimentId]
            : throw new FormatException($"Experiment '{name}' not found. Experiments: {string.Join(", ", experiments.Select(e => e.Name))}.");
    }

    private static Command Show(CommandRunner runner)
    {
        var id = new Argument<string>("RUN") { Description = "Run ID." };
        var command = new Command("show", "Show all params, metrics and tags of a run.") { id };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var run = await platform.Registry.Runs.GetAsync(parsed.GetRequiredValue(id), cancellationToken);
            platform.Answer.Write(run, () =>
            {
                platform.Answer.Say($"{run.Name} ({run.RunId}): {Answer.Status($"{run.Status}")}, started {Answer.Time(run.StartTime)}");
                platform.Answer.Table(["Metric", "Latest", "Step"],
                    [.. run.Metrics.Values.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new[] { m.Key, Answer.Number(m.Value), $"{m.Step}" })], "No metrics.");
                platform.Answer.Table(["Param", "Value"], Pairs(run.Params), "No params.");
                platform.Answer.Table(["Tag", "Value"], Pairs(run.Tags), "No tags.");
            });
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string[][] Pairs(IReadOnlyDictionary<string, string> values) =>
        [.. values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => new[] { v.Key, v.Value })];
}
