using System.Diagnostics;
using System.Text.Json;
using Linnaeus.Registry.Client;

namespace Linnaeus.Platform.Tests;

/// <summary>From a posted spec to an explained version, through every service.</summary>
public sealed class ModelLifeTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly RegistryClient _registry = fixture.Platform.CreateRegistryClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_posted_spec_becomes_a_version_with_metrics_and_explanations_in_one_trace()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spec = TrainingJobs.Small("life") with { ExplainImages = 1 };
        var id = await TrainingJobs.SubmitAsync(
            fixture.Platform.Registry, spec, $"00-{trace}-{ActivitySpanId.CreateRandom()}-01", Cancellation);

        var job = await _registry.WaitAsync(id, Patience, Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        var run = await _registry.Runs.GetAsync(job.RunId!, Cancellation);
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Equal(2, run.Metrics["train_loss"].Step);
        Assert.InRange(run.Metrics["test_accuracy"].Value, 0, 1);
        Assert.Equal("efficientnet_b0", run.Params["architecture"]);

        var version = await _registry.ModelVersions.GetAsync(ModelUri.Parse("models:/life/1"), Cancellation);
        Assert.Equal("READY", version.Status);
        Assert.Equal(["MLmodel", "model.json", "model.safetensors"], version.Files.Select(f => f.Path).Order(StringComparer.Ordinal));

        var explain = await ExplainJobAsync(job.RunId!);
        explain = await _registry.WaitAsync(explain.Id, Patience, Cancellation);
        Assert.True(explain.Status == JobStatus.Succeeded, explain.Error);
        var explanations = await _registry.Explanations.ListAsync(ModelUri.Parse("models:/life/1"), Cancellation);
        Assert.Equal(["gradcam", "integrated-gradients"], explanations.Select(e => e.Method.Name()).Order(StringComparer.Ordinal));

        await AssertOneTraceAsync(trace.ToString());
    }

    [Fact]
    public async Task A_killed_worker_is_replaced_and_the_run_resumes_from_its_checkpoint()
    {
        var spec = TrainingJobs.Small("killed") with { Epochs = 12 };
        var submitted = await _registry.Jobs.SubmitAsync(spec, Cancellation);
        await WaitForCheckpointAsync(submitted.RunId!);

        Process.GetProcessById(fixture.Platform.ProcessId("trainer")).Kill();

        var job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        Assert.Equal(2, job.Attempts);
        var run = await _registry.Runs.GetAsync(job.RunId!, Cancellation);
        Assert.Equal(12, run.Metrics["train_loss"].Step);
        Assert.Equal(RunStatus.Finished, run.Status);
    }

    [Fact]
    public async Task A_missing_dataset_fails_its_run_with_the_reason_and_nothing_else()
    {
        var spec = TrainingJobs.Small("missing") with { Dataset = "folder:/no/such/photos", Synthetic = null };
        var submitted = await _registry.Jobs.SubmitAsync(spec, Cancellation);

        var job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Contains("/no/such/photos", job.Error, StringComparison.Ordinal);
        var run = await _registry.Runs.GetAsync(job.RunId!, Cancellation);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(job.Error, run.Tags["linnaeus.error"]);

        var next = await _registry.Jobs.SubmitAsync(TrainingJobs.Small("after-missing") with { Epochs = 1 }, Cancellation);
        Assert.Equal(JobStatus.Succeeded, (await _registry.WaitAsync(next.Id, Patience, Cancellation)).Status);
    }

    [Fact]
    public async Task A_canceled_run_ends_as_killed_and_continues_when_resumed()
    {
        var submitted = await _registry.Jobs.SubmitAsync(TrainingJobs.Small("cancelled") with { Epochs = 25 }, Cancellation);
        await _registry.WaitAsync(submitted.Id, Patience, Cancellation, until: job => job.Progress?.Done >= 12);

        await _registry.Jobs.CancelAsync(submitted.Id, Cancellation);

        var job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
        Assert.Equal(JobStatus.Cancelled, job.Status);
        var killed = await _registry.Runs.GetAsync(job.RunId!, Cancellation);
        Assert.Equal(RunStatus.Killed, killed.Status);

        await _registry.Jobs.ResumeAsync(submitted.Id, Cancellation);
        job = await _registry.WaitAsync(submitted.Id, Patience, Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        Assert.Equal(2, job.Attempts);
        var run = await _registry.Runs.GetAsync(job.RunId!, Cancellation);
        Assert.Equal((RunStatus.Finished, 25), (run.Status, run.Metrics["train_loss"].Step));
        var log = System.Text.Encoding.UTF8.GetString(await _registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(run.RunId, "logs/training.log"), cancellationToken: Cancellation));
        Assert.Contains("info  Epoch 1/25: loss", log, StringComparison.Ordinal);
        Assert.Contains("resumes from epoch-", log, StringComparison.Ordinal);
        Assert.Contains("info  Registered models:/cancelled/1", log, StringComparison.Ordinal);
        // Four epochs were complete: at most the interrupted one is repeated.
        Assert.InRange((await _registry.Runs.GetSeriesAsync(run.RunId, "train_loss", 1000, Cancellation)).Count, 25, 26);
    }

    private async Task<Job> ExplainJobAsync(string runId)
    {
        var jobs = await _registry.Jobs.ListAsync(kind: "explain", cancellationToken: Cancellation);
        return Assert.Single(jobs, j => j.Spec.GetRawText().Contains(runId, StringComparison.Ordinal));
    }

    private async Task WaitForCheckpointAsync(string runId)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while ((await _registry.Artifacts.ListAsync(runId, "checkpoints", limit.Token)).Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
    }

    private async Task AssertOneTraceAsync(string traceId)
    {
        using var dashboard = new DashboardClient(fixture.Platform.Dashboard);
        var spans = await dashboard.WaitForSpansAsync(
            traceId, found => found.Any(s => s.Resource == "explainer" && s.Parent is not null), Patience, Cancellation);
        Assert.Contains(spans, s => s is { Resource: "registry", Name: "POST /api/jobs" });
        Assert.Contains(spans, s => s is { Resource: "trainer", Name: "train" });
        Assert.Contains(spans, s => s is { Resource: "trainer", Name: "epoch 2" });
        Assert.Contains(spans, s => s is { Resource: "registry", Name: "POST /api/models/{name}/versions" });
    }
}
