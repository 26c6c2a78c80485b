using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus promote flowers 4 --reason "better on roses"</c></summary>
internal static class PromoteCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string>("MODEL") { Description = "Registered model name." };
        var version = new Argument<string>("VERSION") { Description = "Version number." };
        var alias = new Option<string>("--alias") { Description = "Alias to assign.", DefaultValueFactory = _ => "champion" };
        var reason = new Option<string?>("--reason") { Description = "Reason, recorded in the audit log." };
        var against = new Option<bool>("--override") { Description = "Override the policy; needs a reason." };
        var check = new Option<bool>("--check") { Description = "Dry run: check the policy only." };
        var command = new Command("promote", "Assign an alias to a version if the alias's policy passes.") { name, version, alias, reason, against, check };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var (model, number, moved) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(version), parsed.GetRequiredValue(alias));
            if (parsed.GetValue(check))
                return Tell(platform.Answer, await platform.Registry.Aliases.CheckAsync(model, moved, number, cancellationToken));

            var request = new SetAliasRequest(number, parsed.GetValue(reason), Environment.UserName, parsed.GetValue(against));
            return await MoveAsync(platform, model, moved, request, cancellationToken);
        }));
        return command;
    }

    private static async Task<int> MoveAsync(Platform platform, string model, string alias, SetAliasRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var set = await platform.Registry.Aliases.SetAsync(model, alias, request, cancellationToken: cancellationToken);
            platform.Answer.Write(set, () => platform.Answer.Say(
                $"{alias} of {model} is now v{set.Version}{(set.LastMove?.From is { } from ? $" (was v{from})" : "")}."));
            return ExitCodes.Success;
        }
        catch (RegistryException refusal) when (refusal.Status == System.Net.HttpStatusCode.Conflict)
        {
            platform.Answer.Note(refusal.Message);
            return ExitCodes.Failed;
        }
    }

    private static int Tell(Answer answer, PolicyReport report)
    {
        answer.Write(report, () => answer.Table(
            ["Rule", "Result", "Details"],
            [.. report.Rules.Select(r => new[] { r.Rule, r.Passed ? "passed" : "failed", r.Message })],
            $"{report.Alias} of {report.Model} has no policy."));
        return report.Passed ? ExitCodes.Success : ExitCodes.Failed;
    }
}
