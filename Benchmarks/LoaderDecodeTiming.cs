using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// CPU milliseconds per image on one thread, ours and torchvision's PIL path in turns; CPU time, because other work may share the machine. Medians over
/// rounds after a warmup.
/// </summary>
internal sealed class DecodeTiming(string folder, LoaderBenchmarkOptions options) : IDisposable
{
    private readonly string[] _paths = Directory.GetFiles(folder, "*.jpg");
    private readonly PythonProcess _reference = new("/usr/bin/python3", "loader_reference.py", folder, options.Size, options.Batch);

    /// <summary>Decoded and resized.</summary>
    public (double Ours, double Pillow, double Ratio) Decode()
    {
        var decoding = new DecodeOptions { TargetShorterSide = options.Size };
        return Compare("decode", round =>
        {
            foreach (var path in _paths)
                _ = ImageResizer.ResizeAndCrop(ImageDecoder.DecodeFile(path, decoding), options.Size);
        });
    }

    /// <summary>Decoded each time, resized, augmented as <c>keras</c> and normalized, in batches.</summary>
    public (double Ours, double Pillow, double Ratio) Augment()
    {
        Sample[] samples = [.. _paths.Select(path => new Sample(path, 0, new FileImageSource(path, new DecodeOptions())))];
        var pipeline = AugmentationPresets.Create(AugmentationPreset.Keras, options.Size);
        var loading = new LoaderOptions { Size = pipeline.SourceSize, BatchSize = options.Batch, CacheBytes = 0, Prefetch = 0 };
        var source = new BatchSource(samples, loading, pipeline, CPU);
        return Compare("augment", round =>
        {
            foreach (var batch in source.ReadEpoch(round + 1, 0, CancellationToken.None))
                batch.Dispose();
        });
    }

    public void Dispose() => _reference.Dispose();

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private (double Ours, double Pillow, double Ratio) Compare(string work, Action<int> epoch)
    {
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round <= options.Rounds; round++)
            {
                var before = Environment.CpuUsage.TotalTime;
                epoch(round);
                ours.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds / _paths.Length);
                theirs.Add(1000 * _reference.Run(work, 1).Cpu / _paths.Length);
            }
            return (Median(ours.Skip(1)), Median(theirs.Skip(1)), Median(theirs.Zip(ours, (t, o) => t / o).Skip(1)));
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
