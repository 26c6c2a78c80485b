using System.Diagnostics;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Spectre.Console;

namespace Linnaeus.Cli;

/// <summary>Shows a job's progress until it ends: a progress bar on a terminal, otherwise occasional lines.</summary>
internal sealed class JobFollower(Platform platform)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Answer _answer = platform.Answer;

    /// <returns>Success, Failed when the job failed or was canceled, Interrupted when the user stopped waiting; the job continues
    /// then.</returns>
    public async Task<int> FollowAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var ended = _answer is { IsTerminal: true, IsJson: false } ? await BarAsync(job, cancellationToken) : await LinesAsync(job, cancellationToken);
            _answer.Write(ended, () => Conclude(ended));
            return ended.Status == JobStatus.Succeeded ? ExitCodes.Success : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _answer.Note($"The job continues. Follow it with: linnaeus jobs follow {job.Id}; cancel it with: linnaeus jobs cancel {job.Id}");
            return ExitCodes.Interrupted;
        }
    }

    private Task<Job> BarAsync(Job job, CancellationToken cancellationToken) => _answer.Console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(context =>
        {
            var bar = context.AddTask("queued: waiting for a worker");
            return WatchAsync(job, (latest, line) =>
            {
                bar.Description = Markup.Escape(line);
                if (latest.Progress is not { Total: > 0 } progress)
                    return;
                bar.MaxValue = progress.Total;
                bar.Value = progress.Done;
            }, cancellationToken);
        });

    private Task<Job> LinesAsync(Job job, CancellationToken cancellationToken)
    {
        var (last, shown) = ("", 0L);
        return WatchAsync(job, (_, line) =>
        {
            if (line == last || (shown != 0 && Stopwatch.GetElapsedTime(shown) < BetweenLines))
                return;
            (last, shown) = (line, Stopwatch.GetTimestamp());
            if (!_answer.IsJson)
                _answer.Say(line);
        }, cancellationToken);
    }

    private async Task<Job> WatchAsync(Job job, Action<Job, string> show, CancellationToken cancellationToken)
    {
        using var quiet = new QuietRequests();
        while (!job.HasEnded)
        {
            show(job, Describe(job));
            await Task.Delay(Interval, cancellationToken);
            try
            {
                job = await platform.Registry.Jobs.GetAsync(job.Id, cancellationToken);
            }
            catch (RegistryException error) when (error.IsTransient)
            {
                // The job survives a restart of the Registry, so keep waiting.
                show(job, "Registry unavailable; retrying");
            }
        }

        return job;
    }

    private static string Describe(Job job) => job switch
    {
        { CancelRequested: true } => "canceling",
        { Status: JobStatus.Queued, Attempts: > 0 } => "queued: waiting for another worker",
        { Status: JobStatus.Queued } => "queued: waiting for a worker",
        { Progress.Message: { Length: > 0 } message } => message,
        _ => "started",
    };

    private void Conclude(Job job)
    {
        var time = Answer.Duration(job.EndedAt - job.StartedAt);
        _answer.Say(job.Status switch
        {
            JobStatus.Succeeded => $"Succeeded after {time}.{(job.Result is { } result ? $" {result.GetRawText()}" : "")}",
            JobStatus.Failed => $"Failed after {time}: {job.Error}",
            _ => $"Canceled after {time}.",
        });
    }
}
