using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests;

/// <summary>The life of jobs over HTTP; each test has its own queue.</summary>
public abstract class JobTests(RegistryFixture shared) : JobServer(shared)
{
    [Fact]
    public async Task A_submitted_job_has_a_scheduled_run_with_its_spec_as_params()
    {
        var job = await Client.Jobs.SubmitAsync(Spec with { Name = "first", Experiment = "garden", Synthetic = new() { Classes = 3 } });

        Assert.Equal(JobStatus.Queued, job.Status);
        Assert.Equal(3, job.Spec.GetProperty("epochs").GetInt32());
        Assert.Equal("adamw", job.Spec.GetProperty("optimizer").GetString());
        var run = await Client.Runs.GetAsync(job.RunId!);
        Assert.Equal(Registry.Client.RunStatus.Scheduled, run.Status);
        Assert.Equal("first", run.Name);
        Assert.Equal("3", run.Params["epochs"]);
        Assert.Equal("3", run.Params["synthetic.classes"]);
        Assert.Equal("7", run.Params["seed"]);
        Assert.Equal(job.Id, run.Tags["linnaeus.job_id"]);
        Assert.Equal("synthetic-flowers", run.Tags["linnaeus.dataset"]);
        Assert.Equal("garden", (await Client.Experiments.FindAsync("garden"))!.Name);
        Assert.Equal((await Client.Experiments.FindAsync("garden"))!.ExperimentId, run.ExperimentId);
    }

    [Fact]
    public async Task The_oldest_job_of_the_kind_is_leased_first_and_completed_once()
    {
        var first = await Client.Jobs.SubmitAsync(Spec);
        var second = await Client.Jobs.SubmitAsync(Spec);
        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["explain"])));

        var lease = await LeaseAsync();
        Assert.Equal(first.Id, lease.Job.Id);
        Assert.Equal(1, lease.Job.Attempts);
        Assert.Equal(Registry.Client.RunStatus.Running, (await Client.Runs.GetAsync(first.RunId!)).Status);
        Assert.Equal(second.Id, (await LeaseAsync()).Job.Id);
        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"])));

        var result = JsonSerializer.SerializeToElement(new { model = "flowers", version = "1" });
        var done = await Client.Jobs.CompleteAsync(first.Id, new CompleteRequest(lease.LeaseToken, result));
        var again = await Client.Jobs.CompleteAsync(first.Id, new CompleteRequest(lease.LeaseToken, result));
        Assert.Equal(JobStatus.Succeeded, done.Status);
        Assert.Equal("1", done.Result!.Value.GetProperty("version").GetString());
        Assert.Equal(done.EndedAt, again.EndedAt);
        var run = await Client.Runs.GetAsync(first.RunId!);
        Assert.Equal(Registry.Client.RunStatus.Finished, run.Status);
        Assert.NotNull(run.EndTime);
    }

    [Fact]
    public async Task A_paused_queue_accepts_jobs_but_leases_none_until_it_is_resumed()
    {
        var running = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync();
        Assert.False((await Client.Jobs.GetQueueAsync()).Paused);
        var paused = await Client.Jobs.PauseQueueAsync();
        Assert.True(paused.Paused);
        Assert.Equal(paused.PausedAt, (await Client.Jobs.PauseQueueAsync()).PausedAt);
        var waiting = await Client.Jobs.SubmitAsync(Spec);
        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"])));
        Assert.False((await Client.Jobs.HeartbeatAsync(running.Id, new HeartbeatRequest(lease.LeaseToken))).CancelRequested);
        var queue = await Client.Jobs.GetQueueAsync();
        Assert.Equal((true, 1, 1), (queue.Paused, queue.Queued, queue.Leased));

        Assert.False((await Client.Jobs.ResumeQueueAsync()).Paused);
        Assert.Null((await Client.Jobs.GetQueueAsync()).PausedAt);
        Assert.Equal(waiting.Id, (await LeaseAsync()).Job.Id);
    }

    [Fact]
    public async Task A_failed_job_fails_its_run_with_the_reason()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync();

        await Client.Jobs.FailAsync(job.Id, new FailRequest(lease.LeaseToken, "no such folder: photos"));
        var failed = await Client.Jobs.FailAsync(job.Id, new FailRequest(lease.LeaseToken, "no such folder: photos"));

        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Equal("no such folder: photos", failed.Error);
        var run = await Client.Runs.GetAsync(job.RunId!);
        Assert.Equal(Registry.Client.RunStatus.Failed, run.Status);
        Assert.Equal("no such folder: photos", run.Tags["linnaeus.error"]);
        await ConflictAsync(() => Client.Jobs.CompleteAsync(job.Id, new CompleteRequest(lease.LeaseToken, null)));
        await ConflictAsync(() => Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken)));
        await ConflictAsync(() => Client.Jobs.CancelAsync(job.Id));
    }

    [Fact]
    public async Task One_of_sixteen_workers_gets_the_job()
    {
        for (var round = 0; round < 5; round++)
        {
            var job = await Client.Jobs.SubmitAsync(Spec);
            using var start = new SemaphoreSlim(0);
            var workers = Enumerable.Range(0, 16).Select(async i =>
            {
                await start.WaitAsync();
                return await Client.Jobs.LeaseAsync(new LeaseRequest($"worker-{i}", ["train", "explain"]));
            }).ToArray();
            start.Release(16);

            var winner = Assert.Single(await Task.WhenAll(workers), lease => lease is not null);
            Assert.Equal(job.Id, winner!.Job.Id);
            Assert.Equal(1, winner.Job.Attempts);
        }
    }

    [Fact]
    public async Task Sixteen_workers_share_sixteen_jobs_without_taking_one_twice()
    {
        var submitted = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Client.Jobs.SubmitAsync(Spec)));
        var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Client.Jobs.LeaseAsync(new LeaseRequest($"worker-{i}", ["train"]))));
        Assert.Equal(submitted.Select(j => j.Id).Order(), leases.Select(lease => lease!.Job.Id).Order());
    }

    [Fact]
    public async Task Only_the_owner_of_the_lease_can_act()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        await ConflictAsync(() => Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest("")));
        await LeaseAsync();

        await ConflictAsync(() => Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest("guess")));
        await ConflictAsync(() => Client.Jobs.CompleteAsync(job.Id, new CompleteRequest("guess", null)));
        await ConflictAsync(() => Client.Jobs.FailAsync(job.Id, new FailRequest("guess", "x")));
        await ConflictAsync(() => Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest("guess")));
        Assert.Equal(JobStatus.Leased, (await Client.Jobs.GetAsync(job.Id)).Status);
        var missing = await Assert.ThrowsAsync<Registry.Client.RegistryException>(() => Client.Jobs.GetAsync("0123"));
        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
    }

    [Fact]
    public async Task A_heartbeat_extends_the_lease_and_carries_progress()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync();

        var beat = await Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken, new JobProgress(2, 3, "epoch 2"), 300));
        await Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken, null, 400));

        Assert.False(beat.CancelRequested);
        Assert.True(beat.LeaseExpiresAt > lease.Job.LeaseExpiresAt);
        var now = await Client.Jobs.GetAsync(job.Id);
        Assert.Equal(new JobProgress(2, 3, "epoch 2"), now.Progress);
        Assert.True(now.LeaseExpiresAt > beat.LeaseExpiresAt);
    }

    [Fact]
    public async Task A_released_job_is_requeued_and_its_old_token_is_invalid()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync();

        await Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest(lease.LeaseToken));
        var again = await Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest(lease.LeaseToken));

        Assert.Equal(JobStatus.Queued, again.Status);
        Assert.Equal(Registry.Client.RunStatus.Scheduled, (await Client.Runs.GetAsync(job.RunId!)).Status);
        await ConflictAsync(() => Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken)));
        await ConflictAsync(() => Client.Jobs.CompleteAsync(job.Id, new CompleteRequest(lease.LeaseToken, null)));
        var next = await LeaseAsync();
        Assert.Equal(2, next.Job.Attempts);
        await ConflictAsync(() => Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest(lease.LeaseToken)));
    }

    [Fact]
    public async Task A_queued_job_is_canceled_at_once()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        Assert.Equal(JobStatus.Cancelled, (await Client.Jobs.CancelAsync(job.Id)).Status);
        Assert.Equal(JobStatus.Cancelled, (await Client.Jobs.CancelAsync(job.Id)).Status);
        Assert.Equal(Registry.Client.RunStatus.Killed, (await Client.Runs.GetAsync(job.RunId!)).Status);
        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"])));
    }

    [Fact]
    public async Task A_leased_job_is_canceled_by_its_worker()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync();

        Assert.Equal(JobStatus.Leased, (await Client.Jobs.CancelAsync(job.Id)).Status);
        Assert.True((await Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken))).CancelRequested);
        var ended = await Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest(lease.LeaseToken));

        Assert.Equal(JobStatus.Cancelled, ended.Status);
        Assert.Equal(Registry.Client.RunStatus.Killed, (await Client.Runs.GetAsync(job.RunId!)).Status);
        Assert.Null(await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"])));
    }

    [Fact]
    public async Task A_failed_or_canceled_job_is_resumed_with_its_run()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        Assert.Equal(JobStatus.Queued, (await Client.Jobs.ResumeAsync(job.Id)).Status);
        var lease = await LeaseAsync();
        await Client.Jobs.FailAsync(job.Id, new FailRequest(lease.LeaseToken, "out of memory"));
        var resumed = await Client.Jobs.ResumeAsync(job.Id);
        Assert.Equal((JobStatus.Queued, null, null, job.RunId), (resumed.Status, resumed.Error, resumed.EndedAt, resumed.RunId));
        var run = await Client.Runs.GetAsync(job.RunId!);
        Assert.Equal((RunStatus.Scheduled, null), (run.Status, run.EndTime));
        Assert.DoesNotContain("linnaeus.error", run.Tags.Keys);
        await ConflictAsync(() => Client.Jobs.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken)));

        var second = await LeaseAsync();
        Assert.Equal((job.Id, 2), (second.Job.Id, second.Job.Attempts));
        await Client.Jobs.CancelAsync(job.Id);
        await ConflictAsync(() => Client.Jobs.ResumeAsync(job.Id));
        await Client.Jobs.ReleaseAsync(job.Id, new ReleaseRequest(second.LeaseToken));
        (await Server.Http.PostAsJsonAsync("/api/2.0/mlflow/runs/delete", new { run_id = job.RunId })).EnsureSuccessStatusCode();
        await ConflictAsync(() => Client.Jobs.ResumeAsync(job.Id));
        (await Server.Http.PostAsJsonAsync("/api/2.0/mlflow/runs/restore", new { run_id = job.RunId })).EnsureSuccessStatusCode();
        Assert.False((await Client.Jobs.ResumeAsync(job.Id)).CancelRequested);

        var third = await LeaseAsync();
        await Client.Jobs.CompleteAsync(job.Id, new CompleteRequest(third.LeaseToken, null));
        await ConflictAsync(() => Client.Jobs.ResumeAsync(job.Id));
        Assert.Equal(RunStatus.Finished, (await Client.Runs.GetAsync(job.RunId!)).Status);
    }

    [Fact]
    public async Task The_trace_of_the_request_is_kept()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/jobs")
        {
            Content = new StringContent("""{"kind":"train","spec":{"model":"m","dataset":"synthetic-flowers"}}"""),
        };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

        // A raw message handler: HttpClient would replace the trace context.
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = Server.Address };
        var answer = await http.SendAsync(request);
        var job = JsonSerializer.Deserialize<Job>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!;

        Assert.True(ActivityContext.TryParse(job.Traceparent, null, out var context));
        Assert.Equal(trace, context.TraceId.ToHexString());
        Assert.Equal(trace, (await LeaseAsync()).Job.Traceparent!.Split('-')[1]);
        Assert.Equal(trace, (await Client.Runs.GetAsync(job.RunId!)).Tags["linnaeus.trace_id"]);
    }

    [Fact]
    public async Task Queue_and_leases_survive_a_restart_of_the_Registry()
    {
        var settings = await SettingsAsync();
        var folder = Directory.CreateTempSubdirectory("linnaeus-restart-");
        try
        {
            JobLease held;
            Job waiting;
            await using (var before = await RegistryServer.StartAsync(Blobs, folder.FullName, settings))
            {
                var jobs = new RegistryClient(before.Http).Jobs;
                await jobs.SubmitAsync(Spec);
                waiting = await jobs.SubmitAsync(Spec);
                held = (await jobs.LeaseAsync(new LeaseRequest("w", ["train"], LeaseSeconds: 1)))!;
                await jobs.PauseQueueAsync();
            }

            await Task.Delay(TimeSpan.FromSeconds(1.2));

            // The lease expired while the Registry was down and the worker could not send heartbeats.
            await using var after = await RegistryServer.StartAsync(Blobs, folder.FullName, settings);
            var client = new RegistryClient(after.Http);
            Assert.True((await client.Jobs.GetQueueAsync()).Paused);
            Assert.Null(await client.Jobs.LeaseAsync(new LeaseRequest("other", ["train"])));
            await client.Jobs.ResumeQueueAsync();
            Assert.Equal(waiting.Id, (await client.Jobs.LeaseAsync(new LeaseRequest("other", ["train"])))!.Job.Id);
            Assert.Null(await client.Jobs.LeaseAsync(new LeaseRequest("other", ["train"])));
            var done = await client.Jobs.CompleteAsync(held.Job.Id, new CompleteRequest(held.LeaseToken, null));
            Assert.Equal(JobStatus.Succeeded, done.Status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_by_kind_and_status()
    {
        var first = await Client.Jobs.SubmitAsync(Spec);
        var second = await Client.Jobs.SubmitAsync(Spec);
        await LeaseAsync();

        Assert.Equal([second.Id, first.Id], (await Client.Jobs.ListAsync()).Select(j => j.Id));
        Assert.Equal([second.Id], (await Client.Jobs.ListAsync("train", JobStatus.Queued)).Select(j => j.Id));
        Assert.Equal([second.Id], (await Client.Jobs.ListAsync(limit: 1)).Select(j => j.Id));
        Assert.Empty(await Client.Jobs.ListAsync("explain"));
        var refused = await Assert.ThrowsAsync<Registry.Client.RegistryException>(() => Client.Jobs.ListAsync("sing", limit: 0));
        Assert.Equal(["kind", "limit"], refused.Errors.Keys.Order());
    }

    private async Task<JobLease> LeaseAsync() =>
        await Client.Jobs.LeaseAsync(new LeaseRequest("w", ["train"])) ?? throw new InvalidOperationException("nothing to lease");

    private static async Task ConflictAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<Registry.Client.RegistryException>(call);
        Assert.Equal(HttpStatusCode.Conflict, error.Status);
    }
}

public sealed class JobTestsOnSqlite(RegistryFixture shared) : JobTests(shared);

public sealed class JobTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : JobTests(shared)
{
    protected override async Task<string[]> SettingsAsync() => [$"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
