using System.Diagnostics;
using System.Globalization;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>
/// Kills services one after another, in random order and at random times, while two runs train and other clients log, register and explain.
/// Everything acknowledged must exist afterwards, and nothing may be incomplete. <c>FAULT_ROUNDS</c> and <c>FAULT_SEED</c> set the length
/// and the seed.
/// </summary>
public sealed class FaultRoundsTests(PlatformFixture fixture, ITestOutputHelper output)
{
    private const int FewRounds = 4;
    private const int LongestCalmMilliseconds = 4000;
    private static readonly string[] Services = ["registry", "trainer", "explainer", "portal"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly RunningPlatform _platform = fixture.Platform;
    private readonly RegistryClient _registry = fixture.Platform.CreateRegistryClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_any_kill_acknowledged_writes_are_kept_and_every_job_ends()
    {
        var (rounds, seed) = (Setting("FAULT_ROUNDS", FewRounds), Setting("FAULT_SEED", Random.Shared.Next()));
        output.WriteLine($"FAULT_ROUNDS={rounds} FAULT_SEED={seed}");
        var first = await TrainAsync(TrainingJobs.Small("faults") with { ExplainImages = 1 });
        var jobs = new[]
        {
            await _registry.Jobs.SubmitAsync(TrainingJobs.Small("faults-one") with { Epochs = 4 + rounds }, Cancellation),
            await _registry.Jobs.SubmitAsync(TrainingJobs.Small("faults-two") with { Epochs = 4 + rounds, Seed = 2 }, Cancellation),
        };

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var load = new FaultLoad(_platform, first.RunId!, output.WriteLine);
        await load.PrepareAsync(Cancellation);
        var work = load.RunAsync(ending.Token);
        await KillAsync(rounds, new Random(seed));
        await ending.CancelAsync();
        await work;

        output.WriteLine(load.ToString());
        await load.CheckAsync(_registry, Cancellation);
        foreach (var submitted in jobs)
        {
            var job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
            Assert.True(job.Status == JobStatus.Succeeded, job.Error);
            Assert.Equal(RunStatus.Finished, (await _registry.Runs.GetAsync(job.RunId!, Cancellation)).Status);
            Assert.Equal(job.RunId, Assert.Single((await _registry.Models.GetAsync(job.Spec.GetProperty("model").GetString()!, Cancellation)).Versions).RunId);
            output.WriteLine($"{job.Id} ended after {job.Attempts} workers");
        }

        foreach (var job in await _registry.Jobs.ListAsync(limit: 1000, cancellationToken: Cancellation))
            Assert.True((await _registry.WaitAsync(job.Id, Patience, Cancellation)).HasEnded);
        var versions = (await _registry.Models.ListAsync(Cancellation)).Where(model => model.Name.StartsWith("faults", StringComparison.Ordinal)).SelectMany(model => model.Versions);
        Assert.All(versions, version => Assert.Equal("READY", version.Status));
    }

    private async Task<Job> TrainAsync(TrainingSpec spec)
    {
        var submitted = await _registry.Jobs.SubmitAsync(spec, Cancellation);
        var job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        return job;
    }

    private async Task KillAsync(int rounds, Random random)
    {
        var order = new List<string>();
        while (order.Count < rounds)
        {
            var names = Services.ToArray();
            random.Shuffle(names);
            order.AddRange(names);
        }
        foreach (var service in order.Take(rounds))
        {
            await Task.Delay(random.Next(LongestCalmMilliseconds), Cancellation);
            using var process = Process.GetProcessById(_platform.ProcessId(service));
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
            var clock = Stopwatch.StartNew();
            await _platform.WaitForNewProcessAsync(service, process.Id, Cancellation);
            output.WriteLine($"{service} was killed, and is healthy again after {clock.Elapsed.TotalSeconds:0.0} s");
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
