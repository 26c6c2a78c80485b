using System.CommandLine;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus compare flowers 3 4</c></summary>
internal static class CompareCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string>("MODEL") { Description = "Registered model name." };
        var versions = new Argument<string[]>("VERSIONS")
        {
            Description = "2 to 6: numbers or @alias of this model, or MODEL/NUMBER of another. The first is the baseline.",
            Arity = new ArgumentArity(2, 6),
        };
        var markdown = new Option<bool>("--markdown") { Description = "Output Markdown, for a pull request." };
        var command = new Command("compare", "Compare model versions on their test images.") { name, versions, markdown };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var (model, compared) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(versions));
            if (parsed.GetValue(markdown))
            {
                platform.Answer.Say(await platform.Registry.Comparison.MarkdownAsync(model, compared, cancellationToken: cancellationToken));
                return ExitCodes.Success;
            }

            var comparison = await platform.Registry.Comparison.CompareAsync(model, compared, cancellationToken: cancellationToken);
            platform.Answer.Write(comparison, () => Show(platform.Answer, comparison));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Show(Answer answer, VersionComparison comparison)
    {
        string[] names = [.. comparison.Versions.Select(v => $"{v.Model} v{v.Version}")];
        answer.Table(["Metric", .. names], [.. comparison.Metrics.Select(m => m.Values.Select(Answer.Number).Prepend(m.Name))], "No metrics.");
        answer.Table(["Config", .. names], [.. comparison.SpecDifferences.Select(s => s.Values.Select(v => v?.ToString() ?? "-").Prepend(s.Name))], "No config differences.");
        foreach (var pair in comparison.Pairs)
            Show(answer, pair);
    }

    /// <summary><c>flowers v3</c> for <c>flowers/3</c>; a model's name contains no slash.</summary>
    private static string Named(string version) => version.Replace("/", " v", StringComparison.Ordinal);

    private static void Show(Answer answer, VersionPair pair)
    {
        if (pair.Statistics is not { } statistics)
        {
            answer.Say($"{Named(pair.Second)} vs {Named(pair.First)}: {pair.Refusal}");
            return;
        }

        answer.Say(string.Create(CultureInfo.InvariantCulture,
            $"{Named(pair.Second)} vs {Named(pair.First)} on {statistics.Images} images: {statistics.Gained} fixed, {statistics.Lost} regressed, McNemar p = {statistics.McnemarP:0.####}"));
        answer.Table(
            ["Metric", Named(pair.First), Named(pair.Second), "Difference", "95% CI"],
            [.. statistics.Differences.Select(d => new[]
            {
                d.Metric, Answer.Number(d.First), Answer.Number(d.Second), Answer.Change(d.Difference), $"{Answer.Change(d.Low)} to {Answer.Change(d.High)}",
            })],
            "No metrics.");
    }
}
