using Linnaeus.Registry.Client;

namespace Linnaeus.Services.Tests.Platform;

/// <summary>Waits for jobs, with a bound that only a hanging test reaches.</summary>
internal static class JobWaiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static Task<Job> UntilEndedAsync(this JobsClient jobs, string id) =>
        jobs.UntilAsync(id, job => job.Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled);

    public static Task<Job> UntilStepAsync(this JobsClient jobs, string id, long step) =>
        jobs.UntilAsync(id, job => job.Progress?.Done >= step || job.HasEnded);

    public static async Task<Job> UntilAsync(this JobsClient jobs, string id, Func<Job, bool> reached)
    {
        var end = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            var job = await jobs.GetAsync(id);
            if (reached(job))
                return job;
            Assert.True(DateTimeOffset.UtcNow < end, $"job {id} is still {job.Status}: {job.Progress}");
            await Task.Delay(100);
        }
    }
}
