using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Jobs;
using Linnaeus.Registry.Jobs.Sweeps;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Workers that stop responding, with a clock under the test's control.</summary>
public abstract class JobExpiryTests(RegistryFixture shared) : JobServer(shared)
{
    private readonly MovedClock _clock = new();
    private ClockWatch? _watch;

    private ClockWatch Watch => _watch ??= new ClockWatch(_clock);

    [Fact]
    public async Task An_expired_lease_goes_to_the_next_worker_and_the_first_one_is_told()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var first = await LeaseAsync("first");
        Assert.Null(await TryLeaseAsync("second"));

        _clock.Move(TimeSpan.FromSeconds(31));
        var second = await LeaseAsync("second");

        Assert.Equal(job.Id, second.Job.Id);
        Assert.Equal(2, second.Job.Attempts);
        Assert.Equal("second", second.Job.Worker);
        var late = await Assert.ThrowsAsync<Http.RegistryException>(
            () => WithLeasesAsync(leases => leases.HeartbeatAsync(job.Id, new HeartbeatRequest(first.LeaseToken), default)));
        Assert.Equal(409, late.Code.Status);
        await WithLeasesAsync(leases => leases.CompleteAsync(job.Id, new CompleteRequest(second.LeaseToken, null), default));
    }

    [Fact]
    public async Task A_heartbeat_in_time_keeps_the_lease()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync("first");
        for (var beat = 0; beat < 4; beat++)
        {
            _clock.Move(TimeSpan.FromSeconds(20));
            await WithLeasesAsync(leases => leases.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken), default));
            Assert.Null(await TryLeaseAsync("second"));
        }
    }

    [Fact]
    public async Task A_slow_worker_continues_if_nobody_has_leased_its_job()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        var lease = await LeaseAsync("slow");
        _clock.Move(TimeSpan.FromSeconds(31));
        await SweepAsync();
        Assert.Equal(JobStatus.Queued, (await Client.Jobs.GetAsync(job.Id)).Status);

        await WithLeasesAsync(leases => leases.HeartbeatAsync(job.Id, new HeartbeatRequest(lease.LeaseToken), default));

        Assert.Equal(JobStatus.Leased, (await Client.Jobs.GetAsync(job.Id)).Status);
        Assert.Null(await TryLeaseAsync("other"));
    }

    [Fact]
    public async Task A_job_that_crashes_its_workers_fails_after_three_retries_and_the_queue_continues()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        for (var worker = 1; worker <= 1 + LeaseExpiry.MostRetries; worker++)
        {
            var lease = await LeaseAsync($"worker-{worker}");
            Assert.Equal(worker, lease.Job.Attempts);
            await BeatAsync(lease, 7);
            _clock.Move(TimeSpan.FromSeconds(31));
        }
        var next = await Client.Jobs.SubmitAsync(Spec);

        Assert.Equal(next.Id, (await LeaseAsync("fifth")).Job.Id);

        var failed = await Client.Jobs.GetAsync(job.Id);
        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.StartsWith("Failed after 4 attempts: each worker (last: worker-4) stopped responding at or before step 7.", failed.Error, StringComparison.Ordinal);
        var run = await Client.Runs.GetAsync(job.RunId!);
        Assert.Equal(Registry.Client.RunStatus.Failed, run.Status);
        Assert.Equal(failed.Error, run.Tags["linnaeus.error"]);
    }

    [Fact]
    public async Task A_job_that_makes_progress_with_every_worker_is_always_retried()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        for (var worker = 1; worker <= 3 * LeaseExpiry.MostRetries; worker++)
        {
            await BeatAsync(await LeaseAsync($"worker-{worker}"), worker);
            _clock.Move(TimeSpan.FromSeconds(31));
        }
        Assert.Equal(job.Id, (await LeaseAsync("last")).Job.Id);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_clock_change_expires_no_lease_and_a_worker_that_died_meanwhile_is_still_detected(int hours)
    {
        var kept = await Client.Jobs.SubmitAsync(Spec);
        var lost = await Client.Jobs.SubmitAsync(Spec);
        var alive = await LeaseAsync("alive");
        await LeaseAsync("dead");

        _clock.Put(TimeSpan.FromHours(hours));
        Assert.Null(await TryLeaseAsync("other"));
        _clock.Move(TimeSpan.FromSeconds(20));
        await BeatAsync(alive, 1);
        _clock.Move(TimeSpan.FromSeconds(11));

        Assert.Equal(lost.Id, (await LeaseAsync("other")).Job.Id);
        Assert.Equal("alive", (await Client.Jobs.GetAsync(kept.Id)).Worker);
        Assert.Null(await TryLeaseAsync("another"));
    }

    [Fact]
    public async Task A_running_sweep_has_no_lease_that_a_clock_change_could_expire()
    {
        var sweep = await Client.Jobs.SubmitAsync(new SweepSpec
        {
            Base = Spec,
            Parameters = new Dictionary<string, SweepParameter> { ["seed"] = new() { Values = [JsonSerializer.SerializeToElement(1)] } },
        });
        var training = await LeaseAsync("alive");
        await using (var scope = Server.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<SweepKeeper>().KeepAsync(default);

        _clock.Put(TimeSpan.FromHours(24));
        await SweepAsync();
        await BeatAsync(training, 1);
        _clock.Move(TimeSpan.FromSeconds(29));
        await BeatAsync(training, 2);
        _clock.Move(TimeSpan.FromSeconds(2));
        await SweepAsync();

        var running = await Client.Jobs.GetAsync(sweep.Id);
        Assert.Equal((JobStatus.Leased, null), (running.Status, running.LeaseExpiresAt));
        Assert.Equal(JobStatus.Leased, (await Client.Jobs.GetAsync(training.Job.Id)).Status);
    }

    [Fact]
    public async Task A_canceled_job_with_a_dead_worker_ends()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        await LeaseAsync("dies");
        await Client.Jobs.CancelAsync(job.Id);
        _clock.Move(TimeSpan.FromSeconds(31));

        await SweepAsync();

        Assert.Equal(JobStatus.Cancelled, (await Client.Jobs.GetAsync(job.Id)).Status);
        Assert.Equal(Registry.Client.RunStatus.Killed, (await Client.Runs.GetAsync(job.RunId!)).Status);
    }

    private async Task<JobLease> LeaseAsync(string worker) =>
        await TryLeaseAsync(worker) ?? throw new InvalidOperationException("nothing to lease");

    private Task<JobLease?> TryLeaseAsync(string worker) =>
        WithLeasesAsync(leases => leases.LeaseAsync(new LeaseRequest(worker, ["train"]), default));

    private Task<HeartbeatResponse> BeatAsync(JobLease lease, long done) =>
        WithLeasesAsync(leases => leases.HeartbeatAsync(lease.Job.Id, new HeartbeatRequest(lease.LeaseToken, new JobProgress(done, 100, null)), default));

    private async Task SweepAsync()
    {
        await using var scope = Server.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<LeaseExpiry>(scope.ServiceProvider, _clock, Watch).SweepAsync(default);
    }

    /// <summary>The server's queue on its database, with the test's clock.</summary>
    private async Task<T> WithLeasesAsync<T>(Func<JobLeases, Task<T>> call)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var expiry = ActivatorUtilities.CreateInstance<LeaseExpiry>(scope.ServiceProvider, _clock, Watch);
        return await call(ActivatorUtilities.CreateInstance<JobLeases>(scope.ServiceProvider, _clock, expiry));
    }

    /// <summary>Starts days ahead, so that the server's own keeper, on real time, sees valid leases.</summary>
    private sealed class MovedClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UtcNow.AddDays(2);
        private long _ticks;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        /// <summary>Advances the time.</summary>
        public void Move(TimeSpan by)
        {
            _now += by;
            _ticks += by.Ticks;
        }

        /// <summary>Sets the system clock.</summary>
        public void Put(TimeSpan by) => _now += by;
    }
}

public sealed class JobExpiryTestsOnSqlite(RegistryFixture shared) : JobExpiryTests(shared);

public sealed class JobExpiryTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : JobExpiryTests(shared)
{
    protected override async Task<string[]> SettingsAsync() => [$"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
