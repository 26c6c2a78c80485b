using System.Globalization;
using Linnaeus.Vision;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Epochs of a classifier on a frozen EfficientNet-B0: with cached features, with a forward pass of the backbone in every epoch, and the
/// latter with PyTorch, channels-last, on preloaded batches.
/// </summary>
internal static class FrozenEpochs
{
    public static void Run(Dataset dataset, LoaderBenchmarkOptions options)
    {
        var classes = dataset.Classes.Count;
        var known = BatchSource.ForTraining(dataset.Train, AugmentationPresets.Create(AugmentationPreset.None, options.Size), options.Batch, seed: 1, CPU);
        using var reference = new PythonProcess(
            "/usr/bin/python3", "compute_reference.py", options.Batch, options.Size, classes, options.Threads, "cpu", "fp32");
        var epochs = options.Rounds + 1;
        using var keeps = new Frozen(known, classes, epochs);
        using var goesThrough = new Frozen(new ChangingBatches(known), classes, epochs);
        var first = keeps.EpochSeconds();
        // Exclude decoding and warmup from the comparison.
        goesThrough.EpochSeconds();
        reference.Run("frozen channels-last", options.Steps);
        var (kept, anew, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            kept.Add(keeps.EpochSeconds());
            anew.Add(goesThrough.EpochSeconds());
            theirs.Add(reference.Run("frozen channels-last", options.Steps).Wall);
        }

        LoaderBenchmark.Print(string.Create(CultureInfo.InvariantCulture,
            $"\n{$"frozen epoch of {options.Steps} steps, batch {options.Batch}, {options.Size} px, {options.Threads} threads",-58}{"seconds",10}{"PyTorch's : it",18}"));
        Print("first epoch with decoding", first);
        Print("cached features", DecodeTiming.Median(kept));
        Print("backbone forward pass", DecodeTiming.Median(anew));
        Print($"PyTorch {reference.Version}, channels-last", DecodeTiming.Median(theirs));

        void Print(string what, double seconds) => LoaderBenchmark.Print(string.Create(CultureInfo.InvariantCulture,
            $"  {what,-56}{seconds,10:F3}{DecodeTiming.Median(theirs) / seconds,18:F2}"));
    }

    private sealed class Frozen : IDisposable
    {
        private readonly ImageClassifier network;
        private readonly TrainingLoop loop;

        public Frozen(IBatchSource source, int classes, int epochs)
        {
            network = Architectures.Create(Architecture.EfficientNetB0, classes, seed: 1);
            loop = new TrainingLoop(network, source, null, new TrainingOptions { Epochs = epochs, FrozenEpochs = epochs });
        }

        public double EpochSeconds() => loop.RunEpoch().EpochSeconds;

        public void Dispose()
        {
            loop.Dispose();
            network.Dispose();
        }
    }

    /// <summary>The same batches, without telling that they never change.</summary>
    private sealed class ChangingBatches(IBatchSource source) : IBatchSource
    {
        public int Count => source.Count;

        public int BatchCount => source.BatchCount;

        public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
            source.ReadEpoch(epoch, firstBatch, cancellationToken);
    }
}
