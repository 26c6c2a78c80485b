using System.Net;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests.Faults;

/// <summary>PostgreSQL stops under a running Registry and comes back.</summary>
public sealed class DatabaseOutageTests(RegistryFixture shared)
{
    [Fact]
    public async Task A_crashed_database_is_a_503_until_it_is_back()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        await using var postgres = await PostgresServer.StartAsync();
        await using var registry = await StartAsync(postgres);
        var run = await new MlflowWire(registry.Http).NewRunAsync();

        await postgres.CrashAsync();
        await RefusedAsync(registry, run);
        await postgres.ResumeAsync();
        await RecoversAsync(registry, run);
    }

    [Fact]
    public async Task A_database_that_stops_responding_is_a_503_until_it_recovers()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        await using var postgres = await PostgresServer.StartAsync();
        await using var registry = await StartAsync(postgres);
        var run = await new MlflowWire(registry.Http).NewRunAsync();

        await postgres.PauseAsync();
        try
        {
            await RefusedAsync(registry, run);
        }
        finally
        {
            await postgres.ContinueAsync();
        }
        await RecoversAsync(registry, run);
    }

    /// <summary>Short timeouts in the connection string, instead of the long defaults.</summary>
    private async Task<RegistryServer> StartAsync(PostgresServer postgres) => await RegistryServer.StartAsync(
        shared.Azurite.ConnectionString, null, $"--ConnectionStrings:registrydb={await postgres.CreateDatabaseAsync()};Timeout=2;Command Timeout=2;Cancellation Timeout=500");

    private static async Task RefusedAsync(RegistryServer registry, string run)
    {
        using var write = await new MlflowWire(registry.Http).RawAsync(HttpMethod.Post, "/runs/log-metric", new { run_id = run, key = "lost", value = 1, timestamp = 1 });
        await MlflowWire.FailedAsync(write, "TEMPORARILY_UNAVAILABLE", HttpStatusCode.ServiceUnavailable);
        Assert.True(write.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        using var job = await registry.Http.GetAsync("/api/jobs");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, job.StatusCode);
        Assert.Equal("application/problem+json", job.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await registry.Http.GetAsync("/health")).StatusCode);
        Assert.Equal("OK", await registry.Http.GetStringAsync("/alive"));
    }

    /// <summary>Checks that broken connections are replaced without a restart, also for the queue.</summary>
    private static async Task RecoversAsync(RegistryServer registry, string run)
    {
        var mlflow = new MlflowWire(registry.Http);
        for (var attempt = 0; (await registry.Http.GetAsync("/health")).StatusCode != HttpStatusCode.OK; attempt++)
        {
            Assert.InRange(attempt, 0, 100);
            await Task.Delay(200);
        }
        await mlflow.PostAsync("/runs/log-metric", new { run_id = run, key = "kept", value = 1, timestamp = 1 });
        Assert.Equal("kept", Assert.Single((await mlflow.RunAsync(run)).GetProperty("data").List("metrics"), m => m.Text("key") == "kept").Text("key"));
        var client = new RegistryClient(registry.Http);
        var job = await client.Jobs.SubmitAsync(new TrainingSpec { Model = "flowers", Dataset = "synthetic-flowers" });
        Assert.Equal(job.Id, (await client.Jobs.LeaseAsync(new LeaseRequest("worker", ["train"])))?.Job.Id);
    }
}
