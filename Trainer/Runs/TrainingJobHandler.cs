using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using Microsoft.Extensions.Options;

namespace Linnaeus.Trainer.Runs;

/// <summary>Runs a <c>train</c> job: dataset, epochs, evaluation, registration, and the follow-up explain job.</summary>
public sealed class TrainingJobHandler(
    RegistryClient registry, IOptions<TrainerOptions> settings, OfficialFiles officialFiles, TrainerTelemetry telemetry, ILogger<TrainingJobHandler> logger)
    : IJobHandler
{
    private readonly TrainerOptions options = settings.Value;

    public string Kind => "train";

    public async Task<object> RunAsync(HeldLease lease)
    {
        var job = lease.Job;
        var spec = job.Spec.Deserialize<TrainingSpec>(ApiJson.Options) ?? throw new JobFaultException("The job has no spec.");
        var runId = job.RunId ?? throw new JobFaultException("The job has no run.");
        var log = new RunLog(logger, TimeProvider.System);
        var run = new RunRecord(registry, runId, options.RegistryPatience, log);
        using var keeping = CancellationTokenSource.CreateLinkedTokenSource(lease.Token);
        var kept = log.KeepAsync(run, keeping.Token);
        var scratch = options.FolderOf($"{job.Id}-{job.Attempts}");
        Directory.CreateDirectory(scratch);
        try
        {
            log.LogInformation("Worker {Worker} started job (attempt {Attempt})", job.Worker, job.Attempts);
            return await TrainAsync(spec, lease, run, log, scratch);
        }
        catch (Exception error) when (FaultOf(error, spec) is { } message)
        {
            log.LogError("{Fault}", message);
            throw new JobFaultException(message, error);
        }
        finally
        {
            await keeping.CancelAsync();
            await kept;
            if (lease.Reason != StopReason.LeaseLost)
                await log.CloseAsync(run);
            Directory.Delete(scratch, recursive: true);
            TorchMemory.Release(); // an idle worker should not hold this memory
        }
    }

    private async Task<object> TrainAsync(TrainingSpec spec, HeldLease lease, RunRecord run, RunLog log, string scratch)
    {
        lease.Report(new JobProgress(0, 0, "reading the dataset"));
        using var setup = await new TrainingPreparation(spec, run, options, officialFiles, scratch, log).PrepareAsync(lease.Token);
        var checkpoints = new CheckpointStore(run, scratch, log);
        var curve = await checkpoints.ResumeAsync(setup.Loop, lease.Token) ?? new LearningCurve();
        await new EpochDriver(setup, curve, checkpoints, run, lease, options, telemetry, log).RunAsync();

        var steps = (long)spec.Epochs * setup.StepsPerEpoch;
        var epoch = await SelectAsync(spec, setup, curve, checkpoints, log, lease.Token);
        var result = new RunResult(spec, lease.Job, setup, run, scratch, lease.Token);
        var report = await new ModelEvaluation(spec, setup, run, lease).RunAsync(setup.Loop.Result, epoch);
        var samples = await new SampleImages(run, options).UploadAsync(setup.Dataset, report.Test, spec.ExplainImages, lease.Token);
        lease.Report(new JobProgress(steps, steps, "registering"));
        var version = await result.RegisterAsync(setup.Loop.Result, report, epoch);
        await SubmitExplanationsAsync(spec, version, samples, run, lease.Token);
        log.LogInformation("Registered models:/{Model}/{Version}, test accuracy {Accuracy:0.000}", version.Name, version.Version, report.Test.Accuracy);
        return new { Model = version.Name, version.Version };
    }

    /// <summary>
    /// Selects the weights to register: the best epoch on the validation images, or the last epoch without them; averaged weights
    /// if there is an average. They are loaded into the loop's result.
    /// </summary>
    private static async Task<int> SelectAsync(
        TrainingSpec spec, TrainingSetup setup, LearningCurve curve, CheckpointStore checkpoints, RunLog log, CancellationToken cancellationToken)
    {
        var best = curve.BestEpoch ?? setup.Loop.Epoch;
        if (best == setup.Loop.Epoch)
            return best;
        log.LogInformation("Selected epoch {Epoch} (best validation accuracy)", best);
        Weights.Load(setup.Loop.Result, await checkpoints.WeightsAsync(best, spec.EmaDecay is not null, cancellationToken));
        return best;
    }

    private static async Task SubmitExplanationsAsync(
        TrainingSpec spec, ModelVersionInfo version, IReadOnlyList<string> samples, RunRecord run, CancellationToken cancellationToken)
    {
        var images = samples.Take(spec.ExplainImages).ToArray();
        if (images.Length == 0)
            return;
        var job = new ExplanationSpec { Model = $"models:/{version.Name}/{version.Version}", Images = images };
        await run.PatientlyAsync(() => run.Registry.Jobs.SubmitAsync(job, cancellationToken), cancellationToken);
    }

    /// <summary>The message for the user if the request is at fault; null for a fault of this program or of the Registry.</summary>
    private static string? FaultOf(Exception error, TrainingSpec spec) => error switch
    {
        DatasetException or CheckpointException or TrainingDivergedException or ImageFormatException => error.Message,
        _ when MemoryShortage.Is(error) => MemoryShortage.Describe(error, spec),
        _ => null,
    };
}
