using System.Diagnostics;
using System.Globalization;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>CPU milliseconds per picture, median over rounds after a warm-up; CPU time, since other work may share the machine.</summary>
internal static class DecodeTiming
{
    public static double Ours(string folder, LoaderBenchmarkOptions options)
    {
        var paths = Directory.GetFiles(folder, "*.jpg");
        var decoding = new DecodeOptions { TargetShorterSide = options.Size };
        return PerPicture(paths.Length, options.Rounds, round =>
        {
            foreach (var path in paths)
                _ = ImageResizer.ResizeAndCrop(ImageDecoder.DecodeFile(path, decoding), options.Size);
        });
    }

    /// <summary>Decoded anew each time, resized, augmented as <c>keras</c> and normalised, in batches, by one thread.</summary>
    public static double OursAugmented(string folder, LoaderBenchmarkOptions options)
    {
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            Sample[] samples = [.. Directory.GetFiles(folder, "*.jpg").Select(path => new Sample(path, 0, new FileImageSource(path, new DecodeOptions())))];
            var pipeline = AugmentationPresets.Create("keras", options.Size);
            var loading = new LoaderOptions { Size = pipeline.SourceSize, BatchSize = options.Batch, CacheBytes = 0, Prefetch = 0 };
            var source = new BatchSource(samples, loading, pipeline, CPU);
            return PerPicture(samples.Length, options.Rounds, round =>
            {
                foreach (var batch in source.ReadEpoch(round + 1, 0, CancellationToken.None))
                    batch.Dispose();
            });
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    public static double Pillow(string folder, LoaderBenchmarkOptions options) => Python(folder, options.Size, options.Rounds);

    public static double PillowAugmented(string folder, LoaderBenchmarkOptions options) => Python(folder, options.Size, options.Rounds, options.Batch);

    private static double PerPicture(int pictures, int rounds, Action<int> epoch)
    {
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            epoch(round);
            times.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds / pictures);
        }
        return Median(times[1..]);
    }

    private static double Python(string folder, params int[] numbers)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "loader_reference.py");
        string[] arguments = [script, folder, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true })!;
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The PIL side failed: install python3-torchvision.");
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
