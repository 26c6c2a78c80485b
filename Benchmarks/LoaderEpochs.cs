using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>Epochs of EfficientNet-B0 on preloaded batches against epochs that load them, in turn.</summary>
internal static class LoaderEpochs
{
    public static void Run(Dataset dataset, LoaderBenchmarkOptions options)
    {
        LoaderBenchmark.Print(string.Create(CultureInfo.InvariantCulture,
            $"\n{$"epoch of {options.Steps} steps, batch {options.Batch}, {options.Size} px, {options.Threads} threads, seconds",-58}{"ready",10}{"loaded",10}{"ratio",8}"));
        foreach (var preset in Enum.GetValues<AugmentationPreset>())
            Compare(dataset, preset, options);
    }

    private static void Compare(Dataset dataset, AugmentationPreset preset, LoaderBenchmarkOptions options)
    {
        var loaded = BatchSource.ForTraining(dataset.Train, AugmentationPresets.Create(preset, options.Size), options.Batch, seed: 1, CPU);
        var first = Stopwatch.StartNew();
        using var ready = new ReadyBatches(loaded);
        var filling = first.Elapsed.TotalSeconds;
        using var network = Architectures.Create(Architecture.EfficientNetB0, dataset.Classes.Count, seed: 1);
        var training = new TrainingOptions { Epochs = 2 * options.Rounds + 2 };
        using var computes = new TrainingLoop(network, ready, null, training);
        using var loads = new TrainingLoop(network, loaded, null, training);
        var (pure, whole) = (new List<double>(), new List<double>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            pure.Add(computes.RunEpoch().EpochSeconds);
            whole.Add(loads.RunEpoch().EpochSeconds);
        }
        // The first round warms up. Adjacent turns share the machine's other load, so their ratio is fair.
        var ratio = DecodeTiming.Median(pure.Zip(whole, (a, b) => a / b).Skip(1));
        LoaderBenchmark.Print(string.Create(CultureInfo.InvariantCulture,
            $"  {$"{preset.Name()} (drawing and decoding all once: {filling:F1} s)",-56}{DecodeTiming.Median(pure.Skip(1)),10:F2}{DecodeTiming.Median(whole.Skip(1)),10:F2}{ratio,8:F3}"));
    }

    /// <summary>One epoch's batches, kept as tensors.</summary>
    private sealed class ReadyBatches(IBatchSource source) : IBatchSource, IDisposable
    {
        private readonly List<ImageBatch> _batches = [.. source.ReadEpoch(1, 0, CancellationToken.None)];

        public int Count => source.Count;

        public int BatchCount => source.BatchCount;

        public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
            _batches.Skip(firstBatch).Select(batch => new ImageBatch(batch.Images.alias(), batch.Labels.alias(), batch.Ids));

        public void Dispose() => _batches.ForEach(batch => batch.Dispose());
    }
}
