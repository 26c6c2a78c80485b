using System.Diagnostics;
using System.Diagnostics.Metrics;
using Linnaeus.Trainer.Gpus;

namespace Linnaeus.Trainer;

/// <summary>Spans and metrics of training, under the name <c>Linnaeus.Trainer</c>.</summary>
public sealed class TrainerTelemetry : IDisposable
{
    public const string Name = "Linnaeus.Trainer";
    private readonly Meter meter = new(Name);
    private readonly Counter<long> images;
    private readonly Counter<long> steps;
    private readonly Histogram<double> epochs;
    private double loss;
    private double rate;
    private long epoch;
    private long step;

    /// <param name="gpus">GPUs of this machine.</param>
    public TrainerTelemetry(GpuMonitor gpus)
    {
        Gpus = gpus;
        images = meter.CreateCounter<long>("linnaeus.training.images", "{image}", "Training images processed");
        steps = meter.CreateCounter<long>("linnaeus.training.steps", "{step}", "Optimizer steps taken");
        epochs = meter.CreateHistogram<double>("linnaeus.training.epoch.duration", "s", "Duration of training epochs");
        meter.CreateObservableGauge("linnaeus.training.loss", () => Volatile.Read(ref loss), null, "Latest training loss");
        meter.CreateObservableGauge("linnaeus.training.rate", () => Volatile.Read(ref rate), "{image}/s", "Training throughput");
        meter.CreateObservableGauge("linnaeus.training.epoch", () => Volatile.Read(ref epoch), "{epoch}", "Current epoch of the current run");
        meter.CreateObservableGauge("linnaeus.training.step", () => Volatile.Read(ref step), "{step}", "Latest step of the current run");
        meter.CreateObservableGauge("linnaeus.process.memory", () => Environment.WorkingSet, "By", "Resident memory, tensors included");
    }

    /// <summary>Source of the spans train, dataset, epoch N, evaluate, upload and register.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The GPUs of this machine.</summary>
    public GpuMonitor Gpus { get; }

    public void Step(long number, int epochNumber, int batch, double stepLoss, double imagesPerSecond)
    {
        images.Add(batch);
        steps.Add(1);
        Volatile.Write(ref step, number);
        Volatile.Write(ref epoch, epochNumber);
        Volatile.Write(ref loss, stepLoss);
        Volatile.Write(ref rate, imagesPerSecond);
    }

    public void Epoch(double seconds) => epochs.Record(seconds);

    /// <summary>Sets the throughput to zero when no run is active.</summary>
    public void Idle() => Volatile.Write(ref rate, 0);

    public void Dispose() => meter.Dispose();
}
