using System.Net;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Jobs.Sweeps;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>The life of a sweep over HTTP; each test has its own queue and does the work of the runs.</summary>
public abstract class SweepTests(RegistryFixture shared) : JobServer(shared)
{
    [Fact]
    public async Task A_grid_becomes_training_jobs_under_one_parent_run_and_reports_the_best()
    {
        var sweep = await SubmitAsync(Grid("learning_rate", 0.1, 0.01) with
        {
            Name = "rates",
            Parameters = new Dictionary<string, SweepParameter>
            {
                ["learning_rate"] = Values(0.1, 0.01),
                ["early_stopping.patience"] = Values(2, 3),
            },
        });
        Assert.Equal((JobStatus.Queued, 4L), (sweep.Status, sweep.Progress!.Total));
        var trainings = (await Client.Jobs.ListAsync("train", sweep: sweep.Id)).Reverse().ToArray();
        Assert.Equal(["0.1 2", "0.1 3", "0.01 2", "0.01 3"], trainings.Select(job =>
            $"{job.Spec.GetProperty("learning_rate").GetRawText()} {job.Spec.GetProperty("early_stopping").GetProperty("patience").GetRawText()}"));
        Assert.All(trainings, job => Assert.Equal((sweep.Id, 7), (job.SweepId, job.Spec.GetProperty("seed").GetInt32())));
        var run = await Client.Runs.GetAsync(trainings[1].RunId!);
        Assert.Equal((sweep.RunId, "rates-2", "0.1"), (run.Tags["mlflow.parentRunId"], run.Name, run.Params["learning_rate"]));

        double[] accuracies = [0.5, 0.9, 0.7, 0.8];
        for (var i = 0; i < 4; i++)
        {
            var lease = await LeaseAsync();
            Assert.Equal(trainings[i].Id, lease.Job.Id);
            await LogAsync(lease, 0.1, accuracies[i], 0.2);
            await KeepAsync();
            Assert.Equal(JobStatus.Leased, (await Client.Jobs.GetAsync(sweep.Id)).Status);
            if (i == 3)
                await Client.Jobs.FailAsync(lease.Job.Id, new FailRequest(lease.LeaseToken, "no room"));
            else
                await Client.Jobs.CompleteAsync(lease.Job.Id, new CompleteRequest(lease.LeaseToken, JsonSerializer.SerializeToElement(new { version = $"{i}" })));
        }

        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train", "explain"])));
        Assert.Equal(Registry.Client.RunStatus.Running, (await Client.Runs.GetAsync(sweep.RunId!)).Status);
        await KeepAsync();

        var ended = await Client.Jobs.GetAsync(sweep.Id);
        Assert.Equal((JobStatus.Succeeded, 4L), (ended.Status, ended.Progress!.Done));
        var result = ended.Result!.Value.Deserialize<SweepResult>(ApiJson.Options)!;
        Assert.Equal((SweepMetric.ValAccuracy, 3, 1, 0), (result.Metric, result.Succeeded, result.Failed, result.Cancelled));
        Assert.Equal((trainings[1].Id, trainings[1].RunId, 0.9), (result.Best!.JobId, result.Best.RunId, result.Best.Value));
        Assert.Equal((0.1, 3), (result.Best.Parameters["learning_rate"].GetDouble(), result.Best.Parameters["early_stopping.patience"].GetInt32()));
        Assert.Equal("1", result.Best.Result!.Value.GetProperty("version").GetString());
        var parent = await Client.Runs.GetAsync(sweep.RunId!);
        Assert.Equal((Registry.Client.RunStatus.Finished, "rates", trainings[1].RunId), (parent.Status, parent.Name, parent.Tags["linnaeus.best_run"]));
    }

    [Fact]
    public async Task A_sweep_without_any_success_fails_with_the_first_reason()
    {
        var sweep = await SubmitAsync(Grid("seed", 1, 2));
        for (var i = 0; i < 2; i++)
        {
            var lease = await LeaseAsync();
            await Client.Jobs.FailAsync(lease.Job.Id, new FailRequest(lease.LeaseToken, $"reason {i}"));
        }

        await KeepAsync();
        var ended = await Client.Jobs.GetAsync(sweep.Id);
        Assert.Equal((JobStatus.Failed, "None of the 2 runs succeeded. reason 0"), (ended.Status, ended.Error));
        Assert.Equal(Registry.Client.RunStatus.Failed, (await Client.Runs.GetAsync(sweep.RunId!)).Status);
    }

    [Fact]
    public async Task Canceling_a_sweep_cancels_its_runs_and_ends_with_the_last()
    {
        var sweep = await SubmitAsync(Grid("seed", 1, 2, 3));
        var held = await LeaseAsync();

        var cancelled = await Client.Jobs.CancelAsync(sweep.Id);
        Assert.True(cancelled.CancelRequested);
        Assert.NotEqual(JobStatus.Cancelled, cancelled.Status);
        Assert.Equal(
            [JobStatus.Cancelled, JobStatus.Cancelled, JobStatus.Leased], (await Client.Jobs.ListAsync(sweep: sweep.Id)).Select(job => job.Status));
        Assert.True((await Client.Jobs.HeartbeatAsync(held.Job.Id, new HeartbeatRequest(held.LeaseToken))).CancelRequested);
        await KeepAsync();
        Assert.Equal(JobStatus.Leased, (await Client.Jobs.GetAsync(sweep.Id)).Status);

        await Client.Jobs.ReleaseAsync(held.Job.Id, new ReleaseRequest(held.LeaseToken));
        await KeepAsync();
        Assert.Equal(JobStatus.Cancelled, (await Client.Jobs.GetAsync(sweep.Id)).Status);
        Assert.Equal(Registry.Client.RunStatus.Killed, (await Client.Runs.GetAsync(sweep.RunId!)).Status);

        var waiting = await SubmitAsync(Grid("seed", 1, 2));
        Assert.Equal(JobStatus.Cancelled, (await Client.Jobs.CancelAsync(waiting.Id)).Status);
        Assert.All(await Client.Jobs.ListAsync(sweep: waiting.Id), job => Assert.Equal(JobStatus.Cancelled, job.Status));
    }

    [Fact]
    public async Task A_run_worse_than_the_median_is_stopped_with_the_reason()
    {
        var sweep = await SubmitAsync(Grid("seed", 1, 2, 3, 4) with { MedianStopping = new MedianStoppingOptions { MinEpochs = 2, MinRuns = 3 } });
        JobLease[] leases = [await LeaseAsync(), await LeaseAsync(), await LeaseAsync(), await LeaseAsync()];
        await LogAsync(leases[0], 0.5, 0.6);
        await LogAsync(leases[1], 0.4, 0.8);
        await LogAsync(leases[2], 0.2); // as bad, but its second epoch is not complete
        await LogAsync(leases[3], 0.2, 0.3);
        await KeepAsync();
        Assert.DoesNotContain(await Client.Jobs.ListAsync(sweep: sweep.Id), job => job.CancelRequested);

        await LogAsync(leases[2], 0.2, 0.56);
        await KeepAsync();
        var stopped = Assert.Single(await Client.Jobs.ListAsync(sweep: sweep.Id), job => job.CancelRequested);
        Assert.Equal(leases[3].Job.Id, stopped.Id);
        // Averages up to epoch 2 are 0.55, 0.6 and 0.38.
        Assert.Equal("after epoch 2: its best value is 0.3, the median of 3 other runs is 0.55", (await Client.Runs.GetAsync(stopped.RunId!)).Tags["linnaeus.median_stopping"]);

        await Client.Jobs.ReleaseAsync(stopped.Id, new ReleaseRequest(leases[3].LeaseToken));
        foreach (var lease in leases[..3])
            await Client.Jobs.CompleteAsync(lease.Job.Id, new CompleteRequest(lease.LeaseToken, null));
        await KeepAsync();
        var result = (await Client.Jobs.GetAsync(sweep.Id)).Result!.Value.Deserialize<SweepResult>(ApiJson.Options)!;
        Assert.Equal((3, 1, leases[1].Job.Id), (result.Succeeded, result.Cancelled, result.Best!.JobId));
    }

    [Fact]
    public async Task A_swept_field_may_be_missing_in_the_base_and_null_removes_a_field()
    {
        var spec = JsonSerializer.Deserialize<JsonElement>("""
            {"base":{"model":"m","ema_decay":0.9},"parameters":{"dataset":{"values":["synthetic-flowers","folder:x"]},"ema_decay":{"values":[null,0.5]}}}
            """);
        var sweep = await Client.Jobs.SubmitAsync(new JobRequest("sweep", spec));
        var trainings = (await Client.Jobs.ListAsync(sweep: sweep.Id)).Reverse().Select(job => job.Spec.Deserialize<TrainingSpec>(ApiJson.Options)!);
        Assert.Equal(
            [("synthetic-flowers", null), ("synthetic-flowers", 0.5), ("folder:x", null), ("folder:x", 0.5)],
            trainings.Select(training => (training.Dataset, training.EmaDecay)));
    }

    [Fact]
    public async Task A_worker_cannot_lease_a_sweep()
    {
        var refused = await Assert.ThrowsAsync<Registry.Client.RegistryException>(() => Client.Jobs.LeaseAsync(new LeaseRequest("w", ["sweep"])));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    private static SweepSpec Grid(string field, params double[] values) => new()
    {
        Base = Spec,
        Parameters = new Dictionary<string, SweepParameter> { [field] = Values(values) },
    };

    private static SweepParameter Values(params double[] values) => new() { Values = [.. values.Select(value => JsonSerializer.SerializeToElement(value))] };

    private Task<Job> SubmitAsync(SweepSpec spec) => Client.Jobs.SubmitAsync(spec);

    private async Task<JobLease> LeaseAsync() =>
        await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"], 600)) ?? throw new InvalidOperationException("nothing to lease");

    private Task LogAsync(JobLease lease, params double[] accuracies) => Client.Runs.LogMetricsAsync(
        lease.Job.RunId!, [.. accuracies.Select((value, i) => new Registry.Client.Metric("val_accuracy", value, DateTimeOffset.UnixEpoch.AddSeconds(i), i + 1))]);

    /// <summary>Does the server's periodic work.</summary>
    private async Task KeepAsync()
    {
        await using var scope = Server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SweepKeeper>().KeepAsync(default);
    }
}

public sealed class SweepTestsOnSqlite(RegistryFixture shared) : SweepTests(shared);

public sealed class SweepTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : SweepTests(shared)
{
    protected override async Task<string[]> SettingsAsync() => [$"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
