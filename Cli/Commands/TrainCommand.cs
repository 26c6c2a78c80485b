using System.CommandLine;
using Linnaeus.Registry.Client;

namespace Linnaeus.Cli.Commands;

/// <summary><c>linnaeus train spec.json --follow</c></summary>
internal static class TrainCommand
{
    public static Command Create(CommandRunner runner)
    {
        var file = new Argument<string>("SPEC") { Description = "JSON file that holds a training spec, or a job as {\"kind\": ..., \"spec\": ...}. Use - to read standard input." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Show progress until the job ends; exit code 1 if it fails." };
        var command = new Command("train", "Submit a job.") { file, follow };
        command.SetAction(runner.Run(async (parsed, platform, cancellationToken) =>
        {
            var request = await JobFile.ReadAsync(parsed.GetRequiredValue(file), cancellationToken);
            var job = await platform.Registry.Jobs.SubmitAsync(request, cancellationToken);
            if (!parsed.GetValue(follow))
            {
                platform.Answer.Write(job, () => platform.Answer.Say($"Job {job.Id} queued. Follow it with: linnaeus jobs follow {job.Id}"));
                return ExitCodes.Success;
            }

            platform.Answer.Say($"Job {job.Id}");
            return await new JobFollower(platform).FollowAsync(job, cancellationToken);
        }));
        return command;
    }
}
