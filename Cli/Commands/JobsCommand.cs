using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus jobs</c>, <c>linnaeus jobs follow ID</c>, <c>linnaeus jobs cancel ID</c>, <c>linnaeus jobs resume ID</c></summary>
internal static class JobsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var kind = new Option<string?>("--kind") { Description = "Only jobs of this type: train, explain, diagnose or sweep." };
        var limit = new Option<int>("--max") { Description = "Max number of jobs, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var command = new Command("jobs", "List jobs, newest first.") { kind, limit, Follow(runner), Cancel(runner), Resume(runner) };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var jobs = await platform.Registry.Jobs.ListAsync(parsed.GetValue(kind), limit: parsed.GetValue(limit), cancellationToken: cancellationToken);
            platform.Answer.Write(jobs, () => platform.Answer.Table(
                ["Job", "Type", "Status", "Created", "Duration", "Progress"],
                [.. jobs.Select(Row)],
                "No jobs. Submit one with: linnaeus train spec.json"));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static IEnumerable<string> Row(Job job) =>
    [
        job.Id, job.Kind, Answer.Status($"{job.Status}"), Answer.Time(job.CreatedAt), Answer.Duration((job.EndedAt ?? DateTimeOffset.UtcNow) - job.StartedAt),
        job.Error ?? job.Progress?.Message ?? "",
    ];

    private static Command Follow(CommandRunner runner)
    {
        var id = new Argument<string>("JOB") { Description = "Job ID." };
        var command = new Command("follow", "Show a job's progress until it ends.") { id };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
            await new JobFollower(platform).FollowAsync(await platform.Registry.Jobs.GetAsync(parsed.GetRequiredValue(id), cancellationToken), cancellationToken)));
        return command;
    }

    private static Command Cancel(CommandRunner runner)
    {
        var id = new Argument<string>("JOB") { Description = "Job ID." };
        var command = new Command("cancel", "Cancel a job. A running job stops after the current step.") { id };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var job = await platform.Registry.Jobs.CancelAsync(parsed.GetRequiredValue(id), cancellationToken);
            platform.Answer.Write(job, () => platform.Answer.Say(
                job.Status == JobStatus.Cancelled ? "Canceled." : "Cancellation requested. The worker stops after the current step."));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Resume(CommandRunner runner)
    {
        var id = new Argument<string>("JOB") { Description = "Job ID." };
        var command = new Command("resume", "Requeue a failed or canceled job. A run resumes from its last checkpoint.") { id };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var job = await platform.Registry.Jobs.ResumeAsync(parsed.GetRequiredValue(id), cancellationToken);
            platform.Answer.Write(job, () => platform.Answer.Say($"Requeued. Follow it with: linnaeus jobs follow {job.Id}"));
            return ExitCodes.Success;
        }));
        return command;
    }
}
