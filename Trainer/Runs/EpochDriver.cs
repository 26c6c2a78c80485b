using System.Diagnostics;
using System.Globalization;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Vision.Figures;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>Runs the epochs and records metrics, figures and a resumable checkpoint for each.</summary>
internal sealed class EpochDriver(
    TrainingSetup setup, LearningCurve curve, CheckpointStore checkpoints, RunRecord run, HeldLease lease, TrainerOptions options, TrainerTelemetry telemetry, ILogger logger)
{
    private static readonly TimeSpan LastCheckpointTime = TimeSpan.FromSeconds(3);

    private readonly Pace pace = new();
    private long savedStep = setup.Loop.GlobalStep;
    private int loggedEpoch = setup.Loop.Epoch;
    private long lastMetric;

    public async Task RunAsync()
    {
        var loop = setup.Loop;
        await using var feed = new MetricFeed(run, lease.Token);
        try
        {
            while (!loop.Finished)
            {
                var report = RunEpoch(loop, feed);
                curve.Add(report);
                await RecordAsync(report);
            }
        }
        catch (OperationCanceledException) when (lease.Reason == StopReason.Stopping && loop.GlobalStep > savedStep)
        {
            await SaveLastAsync(loop);
            throw;
        }
        finally
        {
            telemetry.Idle();
        }
        await feed.FlushAsync();
        if (loop.StoppedEarly)
            await RecordEarlyEndAsync(loop);
    }

    private Task RecordEarlyEndAsync(TrainingLoop loop)
    {
        logger.LogInformation("Early stopping after epoch {Epoch}; best epoch {Best}", loop.Epoch, loop.Best?.Epoch);
        var reason = string.Create(CultureInfo.InvariantCulture, $"after epoch {loop.Epoch} of {loop.Options.Epochs}, best epoch {loop.Best?.Epoch}");
        return run.SetTagsAsync(new Dictionary<string, string> { ["linnaeus.stopped_early"] = reason }, lease.Token);
    }

    private EpochReport RunEpoch(TrainingLoop loop, MetricFeed feed)
    {
        using var activity = TrainerTelemetry.Source.StartActivity($"epoch {loop.Epoch + 1}");
        pace.Restart();
        var report = loop.RunEpoch(step => Report(step, feed), lease.Token);
        activity?.SetTag("linnaeus.epoch", report.Epoch).SetTag("linnaeus.train_loss", report.TrainLoss)
            .SetTag("linnaeus.val_accuracy", report.ValAccuracy).SetTag("linnaeus.images_per_second", report.ImagesPerSecond);
        telemetry.Epoch(report.EpochSeconds);
        return report;
    }

    private void Report(StepReport step, MetricFeed feed)
    {
        pace.After(step.Images);
        telemetry.Step(step.GlobalStep, step.Epoch, step.Images, step.Loss, pace.ImagesPerSecond);
        var total = (long)setup.Loop.Options.Epochs * setup.StepsPerEpoch;
        var eta = pace.Eta(total - step.GlobalStep);
        lease.Report(new JobProgress(step.GlobalStep, total, string.Create(CultureInfo.InvariantCulture,
            $"epoch {step.Epoch}/{setup.Loop.Options.Epochs}, loss {step.Loss:0.000}, {pace.ImagesPerSecond:0.0} images/s, ETA {eta}")));
        if (Stopwatch.GetElapsedTime(lastMetric).TotalSeconds < options.StepMetricSeconds)
            return;
        lastMetric = Stopwatch.GetTimestamp();
        feed.Add("step_loss", step.Loss, step.GlobalStep);
        if (setup.Device.type == DeviceType.CUDA)
            AddGpus(feed, step.GlobalStep);
    }

    /// <summary>Uses the names of MLflow's system metrics.</summary>
    private void AddGpus(MetricFeed feed, long step)
    {
        foreach (var gpu in telemetry.Gpus.Latest)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"system/gpu_{gpu.Index}_");
            feed.Add(prefix + "memory_usage_megabytes", gpu.UsedMebibytes, step);
            feed.Add(prefix + "memory_usage_percentage", gpu.TotalMebibytes > 0 ? 100 * gpu.UsedMebibytes / gpu.TotalMebibytes : 0, step);
            feed.Add(prefix + "utilization_percentage", 100 * gpu.Utilization, step);
        }
    }

    private async Task RecordAsync(EpochReport report)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("upload checkpoint");
        await LogAsync(report, lease.Token);
        await run.UploadTextAsync("figures/loss.svg", TrainingFigures.Loss(curve.Epochs), lease.Token);
        await run.UploadTextAsync("figures/accuracy.svg", TrainingFigures.Accuracy(curve.Epochs), lease.Token);
        await checkpoints.SaveAsync(setup.Loop, curve, setup.StepsPerEpoch, lease.Token);
        savedStep = setup.Loop.GlobalStep;
        logger.LogInformation(
            "Epoch {Epoch}/{Epochs}: loss {Loss:0.000}, accuracy {Accuracy:0.000}, validation {Validation}, {Rate:0.0} images/s",
            report.Epoch, report.Epochs, report.TrainLoss, report.TrainAccuracy,
            report.ValAccuracy?.ToString("0.000", CultureInfo.InvariantCulture) ?? "none", report.ImagesPerSecond);
    }

    private async Task LogAsync(EpochReport report, CancellationToken cancellationToken)
    {
        await run.LogMetricsAsync(report.Epoch,
        [
            ("train_loss", report.TrainLoss), ("train_accuracy", report.TrainAccuracy), ("val_loss", report.ValLoss),
            ("val_accuracy", report.ValAccuracy), ("learning_rate", report.LearningRate),
            ("images_per_second", report.ImagesPerSecond), ("epoch_seconds", report.EpochSeconds),
        ], cancellationToken);
        loggedEpoch = report.Epoch;
    }

    /// <summary>Saves the partial epoch if the time that a stop allows is enough; otherwise that part is trained again.</summary>
    private async Task SaveLastAsync(TrainingLoop loop)
    {
        using var time = new CancellationTokenSource(LastCheckpointTime);
        try
        {
            if (curve.Epochs.Count > 0 && curve.Epochs[^1].Epoch > loggedEpoch)
                await LogAsync(curve.Epochs[^1], time.Token);
            await checkpoints.SaveAsync(loop, curve, setup.StepsPerEpoch, time.Token);
            logger.LogInformation("Stopped after step {Step}; checkpoint saved", loop.GlobalStep);
        }
        catch (Exception error) when (error is OperationCanceledException or RegistryException)
        {
            logger.LogWarning("Stopped after step {Step}; checkpoint not saved in time: {Reason}", loop.GlobalStep, error.Message);
        }
    }
}
