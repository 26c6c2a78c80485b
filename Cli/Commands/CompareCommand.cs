using System.CommandLine;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus compare flowers 3 4</c></summary>
internal static class CompareCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string>("MODEL");
        var versions = new Argument<string[]>("VERSIONS")
        {
            Description = "2 to 6: numbers or @alias of this model, or MODEL/NUMBER of another. The others are measured by the first.",
            Arity = new ArgumentArity(2, 6),
        };
        var markdown = new Option<bool>("--markdown") { Description = "Answer in Markdown, for a pull request." };
        var command = new Command("compare", "Compare versions on their test images, with statistics.") { name, versions, markdown };
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
        string[] names = [.. comparison.Versions.Select(v => $"{v.Model}/{v.Version}")];
        answer.Table(["Metric", .. names], [.. comparison.Metrics.Select(m => m.Values.Select(Answer.Number).Prepend(m.Name))], "No metrics.");
        answer.Table(["Spec", .. names], [.. comparison.SpecDifferences.Select(s => s.Values.Select(v => v?.ToString() ?? "-").Prepend(s.Name))], "The specs are the same.");
        foreach (var pair in comparison.Pairs)
            Show(answer, pair);
    }

    private static void Show(Answer answer, VersionPair pair)
    {
        if (pair.Statistics is not { } statistics)
        {
            answer.Say($"{pair.Second} against {pair.First}: {pair.Refusal}");
            return;
        }

        answer.Say(string.Create(CultureInfo.InvariantCulture,
            $"{pair.Second} against {pair.First} on {statistics.Images} images: {statistics.Gained} gained, {statistics.Lost} lost, McNemar p = {statistics.McnemarP:0.####}"));
        answer.Table(
            ["Metric", pair.First, pair.Second, "Difference", "95 % interval"],
            [.. statistics.Differences.Select(d => new[]
            {
                d.Metric, Answer.Number(d.First), Answer.Number(d.Second), Answer.Change(d.Difference), $"{Answer.Change(d.Low)} to {Answer.Change(d.High)}",
            })],
            "No metrics.");
    }
}
