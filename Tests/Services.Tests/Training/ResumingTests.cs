using Linnaeus.Registry.Client;
using Linnaeus.Registry.Tests;
using Linnaeus.Services.Tests.Platform;

namespace Linnaeus.Services.Tests.Training;

/// <summary>Real worker processes that are stopped and killed, on a Registry of their own so that nobody else takes their jobs.</summary>
public sealed class ResumingTests(ServicesFixture services)
{
    private static readonly string Scratch = Path.Combine(Path.GetTempPath(), "linnaeus-resuming-tests");

    [Fact]
    public async Task An_interrupted_run_ends_with_the_bits_of_an_uninterrupted_one()
    {
        await using var server = await RegistryServer.StartAsync(services.Azurite.ConnectionString);
        var registry = new RegistryClient(new HttpClient { BaseAddress = server.Address });
        var spec = Specs.Tiny("resumed") with { Epochs = 4, EmaDecay = 0.9, Augmentation = "light" };

        var interrupted = await registry.Jobs.SubmitAsync(spec);
        await StopInSecondEpochAsync(server, registry, interrupted.Id);
        await KillInThirdEpochAsync(server, registry, interrupted.Id);
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        var first = await EndAsync(registry, interrupted.Id, worker);
        Assert.Equal(3, first.Attempts);

        var straight = await registry.Jobs.SubmitAsync(spec);
        var second = await EndAsync(registry, straight.Id, worker);
        Assert.Equal(1, second.Attempts);

        var (before, after) = (await WeightsAsync(registry, first), await WeightsAsync(registry, second));
        Assert.NotEqual(before.RunId, after.RunId);
        Assert.Equal(before.Sha256, after.Sha256);
    }

    /// <summary>A graceful stop: the lease is given back at once, and the part of the epoch that was done is kept.</summary>
    private static async Task StopInSecondEpochAsync(RegistryServer server, RegistryClient registry, string id)
    {
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        await registry.Jobs.UntilStepAsync(id, 11);
        var exit = await worker.StopAsync();
        Assert.True(exit == 0, worker.Output);
        var job = await registry.Jobs.GetAsync(id);
        Assert.Equal(JobStatus.Queued, job.Status);
        var checkpoints = await registry.Artifacts.ListAsync(job.RunId!, "checkpoints");
        Assert.Contains(checkpoints, folder => folder.Path.Contains("-step-", StringComparison.Ordinal) || folder.Path.EndsWith("epoch-0002", StringComparison.Ordinal));
    }

    private static async Task KillInThirdEpochAsync(RegistryServer server, RegistryClient registry, string id)
    {
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        await registry.Jobs.UntilStepAsync(id, 20);
        await worker.KillAsync();
        Assert.Equal(JobStatus.Leased, (await registry.Jobs.GetAsync(id)).Status);
    }

    private static async Task<Job> EndAsync(RegistryClient registry, string id, TrainerProcess worker)
    {
        var job = await registry.Jobs.UntilEndedAsync(id);
        Assert.True(job.Status == JobStatus.Succeeded, $"{job.Error}\n{worker.Output}");
        return job;
    }

    private static async Task<(string RunId, string Sha256)> WeightsAsync(RegistryClient registry, Job job)
    {
        var version = await registry.ModelVersions.GetAsync($"models:/resumed/{job.Result!.Value.GetProperty("version").GetString()}");
        return (version.RunId, version.Files.Single(file => file.Path == "model.safetensors").Sha256);
    }
}
