using Aspire.Hosting.ApplicationModel;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>Commands of the resources, called by name with arguments as in the dashboard.</summary>
public sealed class CommandTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly RunningPlatform _platform = fixture.Platform;
    private readonly RegistryClient _registry = fixture.Platform.CreateRegistryClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_started_from_a_preset_and_opens_as_the_latest_in_the_Portal()
    {
        await DoAsync("registry", "pause-queue");
        try
        {
            var started = await DoAsync("registry", "start-run", ("preset", "baseline"), ("model", "commanded"));
            var job = Assert.Single(await _registry.Jobs.ListAsync(limit: 1, cancellationToken: Cancellation));
            Assert.Contains(job.Id, started.Data!.Value, StringComparison.Ordinal);
            Assert.Equal(("commanded", 10), (job.Spec.GetProperty("model").GetString(), job.Spec.GetProperty("epochs").GetInt32()));
            Assert.Contains($"/runs/{job.RunId}", (await DoAsync("portal", "open-latest-run")).Data!.Value, StringComparison.Ordinal);

            // No worker leases it while the queue is paused.
            Assert.Equal(JobStatus.Queued, (await _registry.Jobs.GetAsync(job.Id, Cancellation)).Status);
            await _registry.Jobs.CancelAsync(job.Id, Cancellation);
        }
        finally
        {
            await DoAsync("registry", "resume-queue");
        }
        Assert.False((await _registry.Jobs.GetQueueAsync(Cancellation)).Paused);
    }

    [Fact]
    public async Task An_error_of_the_Registry_is_the_commands_failure()
    {
        Assert.False((await _platform.ExecuteAsync("registry", "start-run", Cancellation, ("preset", "no such preset"))).Success);
        var refused = await _platform.ExecuteAsync("registry", "start-run", Cancellation, ("preset", "baseline"), ("dataset", "nonsense"));
        Assert.False(refused.Success);
        Assert.Contains("dataset", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drained_Trainer_finishes_its_job_and_leases_no_more()
    {
        var current = await _registry.Jobs.SubmitAsync(TrainingJobs.Small("drained") with { Epochs = 6 }, Cancellation);
        await _registry.WaitAsync(current.Id, Patience, Cancellation, until: job => job.Status == JobStatus.Leased);
        await DoAsync("trainer", "drain");
        var next = await _registry.Jobs.SubmitAsync(TrainingJobs.Small("drained") with { Epochs = 1 }, Cancellation);
        Assert.Equal(JobStatus.Succeeded, (await _registry.WaitAsync(current.Id, Patience, Cancellation)).Status);
        // Longer than the Trainer waits between two polls.
        await Task.Delay(TimeSpan.FromSeconds(6), Cancellation);
        Assert.Equal(JobStatus.Queued, (await _registry.Jobs.GetAsync(next.Id, Cancellation)).Status);

        await DoAsync("trainer", "take-jobs");
        Assert.Equal(JobStatus.Succeeded, (await _registry.WaitAsync(next.Id, Patience, Cancellation)).Status);
    }

    [Fact]
    public async Task Checkpoints_are_verified_and_the_champion_is_analyzed()
    {
        var job = await _registry.Jobs.SubmitAsync(TrainingJobs.Small("champion") with { Epochs = 1 }, Cancellation);
        Assert.Equal(JobStatus.Succeeded, (await _registry.WaitAsync(job.Id, Patience, Cancellation)).Status);
        await _registry.ModelVersions.SetAliasAsync("champion", "champion", "1", Cancellation);

        var verified = await DoAsync("registry", "verify-checkpoints");
        Assert.Matches("[1-9][0-9]* versions", verified.Message);

        await DoAsync("explainer", "analyze-champion", ("model", "champion"));
        var analysis = Assert.Single(await _registry.Jobs.ListAsync(kind: "diagnose", limit: 1, cancellationToken: Cancellation));
        Assert.Equal("models:/champion@champion", analysis.Spec.GetProperty("model").GetString());
        analysis = await _registry.WaitAsync(analysis.Id, Patience, Cancellation);
        Assert.True(analysis.Status == JobStatus.Succeeded, analysis.Error);
    }

    [Fact]
    public async Task Garbage_is_previewed_and_removed_only_after_confirmation()
    {
        var run = (await _registry.Runs.CreateAsync("0", "garbage", cancellationToken: Cancellation)).RunId;
        using (var http = new HttpClient { BaseAddress = _platform.Registry })
        using (var deleted = await http.PostAsync(new Uri("/api/2.0/mlflow/runs/delete", UriKind.Relative),
            new StringContent($"{{\"run_id\": \"{run}\"}}", null, "application/json"), Cancellation))
            deleted.EnsureSuccessStatusCode();

        Assert.Contains("1 runs", (await DoAsync("registry", "collect-garbage", ("days", "0"))).Data!.Value, StringComparison.Ordinal);
        Assert.Equal(run, (await _registry.Runs.GetAsync(run, Cancellation)).RunId);
        Assert.Contains("1 runs", (await DoAsync("registry", "collect-garbage", ("days", "0"), ("confirmed", "true"))).Data!.Value, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryException>(() => _registry.Runs.GetAsync(run, Cancellation));
    }

    [Fact]
    public async Task A_token_is_created_with_its_scope_and_expiry()
    {
        var made = await DoAsync("registry", "create-token", ("name", "from the dashboard"), ("scope", "write"), ("days", "7"));
        Assert.StartsWith("lin_", made.Data!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Data.Value, made.Message, StringComparison.Ordinal);
        var token = (await _registry.Tokens.ListAsync(Cancellation)).Tokens.Single(token => token.Name == "from the dashboard");
        Assert.Equal("write", token.Scope);
        Assert.Equal(7, (token.ExpiresAt!.Value - token.CreatedAt).TotalDays, 0.01);
    }

    [Fact]
    public async Task All_data_is_deleted_only_after_typing_the_confirmation()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-deleted-").FullName;
        await using (var platform = await RunningPlatform.StartAsync(folder, Cancellation))
        {
            var registry = platform.CreateRegistryClient();
            var run = (await registry.Runs.CreateAsync("0", "doomed", cancellationToken: Cancellation)).RunId;
            await registry.Artifacts.UploadBytesAsync(run, "notes/hello.txt", "not for long"u8.ToArray(), Cancellation);

            var refused = await platform.ExecuteAsync("storage", "delete-all-data", Cancellation, ("confirmation", "yes"));
            Assert.False(refused.Success);
            Assert.Equal(run, (await registry.Runs.GetAsync(run, Cancellation)).RunId);

            var deleted = await platform.ExecuteAsync("storage", "delete-all-data", Cancellation, ("confirmation", "delete all data"));
            Assert.True(deleted.Success, deleted.Message);
            await Assert.ThrowsAsync<RegistryException>(() => registry.Runs.GetAsync(run, Cancellation));
            Assert.NotEmpty((await registry.Runs.CreateAsync("0", "after", cancellationToken: Cancellation)).RunId);
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task<ExecuteCommandResult> DoAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var result = await _platform.ExecuteAsync(resource, command, Cancellation, arguments);
        Assert.True(result.Success, result.Message);
        return result;
    }
}
