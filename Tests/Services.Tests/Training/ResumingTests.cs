using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;

namespace Linnaeus.Services.Tests.Training;

/// <summary>Real worker processes that are stopped and killed, with their own Registry so that no other worker takes their jobs.</summary>
public sealed class ResumingTests(ServicesFixture services)
{
    private const int StepsPerEpoch = 9; // 36 images in batches of 4
    private static readonly string Scratch = Path.Combine(Path.GetTempPath(), "linnaeus-resuming-tests");

    [Fact]
    public async Task A_run_stopped_and_killed_at_random_steps_is_bitwise_equal_to_an_uninterrupted_one()
    {
        await using var server = await RegistryServer.StartAsync(services.Azurite.ConnectionString);
        var registry = new RegistryClient(new HttpClient { BaseAddress = server.Address });
        var spec = Specs.Tiny("resumed") with
        {
            Epochs = 5,
            FrozenEpochs = 1,
            TrainableBlocks = 12,
            BackboneLrFactor = 0.3,
            LrDecayPerBlock = 0.9,
            ClassBalance = ClassBalancing.Oversample,
            EmaDecay = 0.9,
            GradientClip = 1,
            AccumulationSteps = 2,
            EarlyStopping = new EarlyStoppingOptions { Patience = 4 },
            Augmentation = AugmentationPreset.Light,
            Mixing = MixingKind.Alternate,
            MixingOffEpochs = 1,
            Precision = Precision.Fp32,
        };

        // 45 steps; each worker runs some of them.
        var interrupted = await registry.Jobs.SubmitAsync(spec);
        await StopAfterAsync(server, registry, interrupted.Id, Random.Shared.Next(10, 16));
        await KillAfterAsync(server, registry, interrupted.Id, Random.Shared.Next(18, 26));
        await KillAfterAsync(server, registry, interrupted.Id, Random.Shared.Next(28, 36));
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        var first = await EndAsync(registry, interrupted.Id, worker);
        Assert.Equal(4, first.Attempts);

        var straight = await registry.Jobs.SubmitAsync(spec);
        var second = await EndAsync(registry, straight.Id, worker);
        Assert.Equal(1, second.Attempts);

        var (before, after) = (await WeightsAsync(registry, first), await WeightsAsync(registry, second));
        Assert.NotEqual(before.RunId, after.RunId);
        Assert.Equal(before.Sha256, after.Sha256);
    }

    [Fact]
    public async Task Two_trainers_share_a_sweep_of_six_jobs()
    {
        await using var server = await RegistryServer.StartAsync(services.Azurite.ConnectionString);
        var registry = new RegistryClient(new HttpClient { BaseAddress = server.Address });
        var spec = new SweepSpec
        {
            Base = Specs.Tiny("shared") with { Epochs = 1 },
            Parameters = new Dictionary<string, SweepParameter>
            {
                ["seed"] = new() { Values = [.. Enumerable.Range(0, 6).Select(seed => JsonSerializer.SerializeToElement(seed))] },
            },
        };
        var sweep = "";
        await using var one = TrainerProcess.Start(server.Address, Scratch, "--Worker:Name=one");
        await using var other = TrainerProcess.Start(server.Address, Scratch, "--Worker:Name=other");
        await OccupyBothAsync(registry, async () => sweep = (await registry.Jobs.SubmitAsync(spec)).Id);

        var whole = await registry.Jobs.UntilEndedAsync(sweep);
        var ended = await registry.Jobs.ListAsync(sweep: sweep);
        Assert.All(ended, job => Assert.True(job.Status == JobStatus.Succeeded, $"{job.Error}\n{one.Output}\n{other.Output}"));
        Assert.All(ended, job => Assert.Equal(1, job.Attempts));
        Assert.Equal(["one", "other"], ended.Select(job => job.Worker!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["1", "2", "3", "4", "5", "6"], ended.Select(job => job.Result!.Value.GetProperty("version").GetString()!).Order(StringComparer.Ordinal));
        var result = whole.Result!.Value.Deserialize<SweepResult>(ApiJson.Options)!;
        var accuracies = await Task.WhenAll(ended.Select(async job => (await registry.Runs.GetAsync(job.RunId!)).Metrics["val_accuracy"].Value));
        Assert.Equal((6, accuracies.Max()), (result.Succeeded, result.Best!.Value));
    }

    /// <summary>Runs an action while both workers are busy, then frees them.</summary>
    private static async Task OccupyBothAsync(RegistryClient registry, Func<Task> meanwhile)
    {
        var endless = new List<Job>();
        for (var i = 0; i < 2; i++)
            endless.Add(await registry.Jobs.SubmitAsync(Specs.Tiny("endless") with { Epochs = 5000 }));
        foreach (var job in endless)
            await registry.Jobs.UntilAsync(job.Id, j => j.Status == JobStatus.Leased);
        await meanwhile();
        foreach (var job in endless)
            await registry.Jobs.CancelAsync(job.Id);
    }

    /// <summary>A graceful stop: the lease is returned at once, and the partial epoch is saved.</summary>
    private static async Task StopAfterAsync(RegistryServer server, RegistryClient registry, string id, long step)
    {
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        await registry.Jobs.UntilStepAsync(id, step);
        var exit = await worker.StopAsync();
        Assert.True(exit == 0, worker.Output);
        var job = await registry.Jobs.GetAsync(id);
        Assert.Equal(JobStatus.Queued, job.Status);
        var checkpoints = await registry.Artifacts.ListAsync(job.RunId!, "checkpoints");
        Assert.True(checkpoints.Any(folder => StepOf(folder.Path) >= step), $"stopped after {step}, kept {string.Join(", ", checkpoints.Select(c => c.Path))}");
    }

    private static async Task KillAfterAsync(RegistryServer server, RegistryClient registry, string id, long step)
    {
        await using var worker = TrainerProcess.Start(server.Address, Scratch);
        await registry.Jobs.UntilStepAsync(id, step);
        await worker.KillAsync();
        Assert.Equal(JobStatus.Leased, (await registry.Jobs.GetAsync(id)).Status);
    }

    /// <summary>Steps over all epochs at which a checkpoint such as <c>checkpoints/epoch-0001-step-00000003</c> stands.</summary>
    private static long StepOf(string path)
    {
        var parts = Path.GetFileName(path).Split('-').Where(part => part.All(char.IsDigit)).Select(long.Parse).ToArray();
        return (parts[0] * StepsPerEpoch) + parts.ElementAtOrDefault(1);
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
