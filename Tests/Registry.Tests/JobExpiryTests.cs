using Linnaeus.Registry.Client;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests;

/// <summary>Workers that stop answering, with a clock that the test moves.</summary>
public abstract class JobExpiryTests(RegistryFixture shared) : JobServer(shared)
{
    private readonly MovedClock _clock = new();

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
    public async Task A_worker_that_was_only_slow_goes_on_when_nobody_has_taken_its_job()
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
    public async Task A_job_that_loses_six_workers_fails_and_says_so()
    {
        var job = await Client.Jobs.SubmitAsync(Spec);
        for (var worker = 1; worker <= LeaseExpiry.MostExpiries + 1; worker++)
        {
            Assert.Equal(worker, (await LeaseAsync($"worker-{worker}")).Job.Attempts);
            _clock.Move(TimeSpan.FromSeconds(31));
        }

        Assert.Null(await TryLeaseAsync("seventh"));

        var failed = await Client.Jobs.GetAsync(job.Id);
        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Contains("6 workers in turn stopped answering", failed.Error, StringComparison.Ordinal);
        Assert.Contains("worker-6", failed.Error, StringComparison.Ordinal);
        var run = await Client.Runs.GetAsync(job.RunId!);
        Assert.Equal(Registry.Client.RunStatus.Failed, run.Status);
        Assert.Equal(failed.Error, run.Tags["linnaeus.error"]);
    }

    [Fact]
    public async Task A_cancelled_job_whose_worker_died_ends()
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

    private async Task SweepAsync()
    {
        await using var scope = Server.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<LeaseExpiry>(scope.ServiceProvider, _clock).SweepAsync(default);
    }

    /// <summary>The server's own queue on its own database, with the test's clock.</summary>
    private async Task<T> WithLeasesAsync<T>(Func<JobLeases, Task<T>> call)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var expiry = ActivatorUtilities.CreateInstance<LeaseExpiry>(scope.ServiceProvider, _clock);
        return await call(ActivatorUtilities.CreateInstance<JobLeases>(scope.ServiceProvider, _clock, expiry));
    }

    /// <summary>Starts as real time; moves only forward, so the server's own keeper sees leases that are still good.</summary>
    private sealed class MovedClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UtcNow.AddHours(1);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Move(TimeSpan by) => _now += by;
    }
}

public sealed class JobExpiryTestsOnSqlite(RegistryFixture shared) : JobExpiryTests(shared);

public sealed class JobExpiryTestsOnPostgres(RegistryFixture shared, PostgresFixture postgres) : JobExpiryTests(shared)
{
    protected override async Task<string[]> SettingsAsync() => [$"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()}"];
}
