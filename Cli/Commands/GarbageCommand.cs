using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus gc</c>, <c>linnaeus gc --yes</c></summary>
internal static class GarbageCommand
{
    public static Command Create(CommandRunner runner)
    {
        var days = new Option<double>("--older-than-days") { Description = "Only data deleted at least this many days ago.", DefaultValueFactory = _ => 30 };
        var yes = new Option<bool>("--yes") { Description = "Purge permanently. Without this option, only list." };
        var command = new Command("gc", "Purge deleted and orphaned data.") { days, yes };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var request = new GarbageRequest { DryRun = !parsed.GetValue(yes), OlderThanDays = parsed.GetValue(days) };
            var report = await platform.Registry.Garbage.CollectAsync(request, cancellationToken);
            platform.Answer.Write(report, () => Show(platform.Answer, report));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Show(Answer answer, GarbageReport report)
    {
        IEnumerable<string[]> rows =
        [
            .. report.Versions.Select(v => new[] { "version", $"{v.Model} v{v.Version}", Answer.Time(v.DeletedAt), "" }),
            .. report.Runs.Select(r => new[] { "run", $"{r.Name} ({r.RunId})", Answer.Time(r.DeletedAt), $"{r.Files} files, {Answer.Size(r.Bytes)}" }),
            .. report.LoggedModels.Select(m => new[] { "logged model", $"{m.Name} ({m.ModelId})", Answer.Time(m.DeletedAt), $"{m.Files} files, {Answer.Size(m.Bytes)}" }),
            .. report.Experiments.Select(e => new[] { "experiment", e.Name, Answer.Time(e.DeletedAt), "" }),
        ];
        answer.Table(["Type", "Name", "Deleted", "Contents"], [.. rows], "No data was deleted that long ago.");
        answer.Say($"{report.Blobs.Count} blobs, {Answer.Size(report.Bytes)}{(report.DryRun ? " would be freed. Purge with --yes." : " freed.")}");
        foreach (var kept in report.Kept)
            answer.Say($"Kept: {kept.Kind} {kept.Id}: {kept.Reason}");
    }
}
