using System.Globalization;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using static TorchSharp.torch;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Subcommand <c>loader</c>: whether loading keeps up with training, the cost per image against torchvision's PIL path,
/// and the cost of a frozen epoch with cached features.
/// <code>loader [--photos FOLDER] [--size 128] [--batch 16] [--steps 8] [--rounds 3] [--threads N]</code>
/// </summary>
internal static class LoaderBenchmark
{
    public static int Run(string[] arguments)
    {
        var options = LoaderBenchmarkOptions.Parse(arguments);
        var scratch = Directory.CreateTempSubdirectory("linnaeus-loader-");
        try
        {
            var photos = Path.Combine(scratch.FullName, "photos");
            var large = Path.Combine(scratch.FullName, "large");
            WritePhotos(options, photos, large);
            Print($"{"per image, CPU ms, one thread",-58}{"ours",10}{"PIL",10}{"ratio",8}");
            foreach (var (kind, folder) in new[] { ("as they are", photos), ("large (1600x1200)", large) })
            {
                using var timing = new DecodeTiming(folder, options);
                Print($"decode + resize, {kind} to {options.Size}", timing.Decode());
                Print($"decode + resize + augmentation, {kind} to {options.Size}", timing.Augment());
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
        set_num_threads(options.Threads);
        var drawings = SyntheticFlowers.Create(new DatasetOptions
        {
            ValidationFraction = 0,
            Synthetic = new SyntheticFlowersOptions { Classes = 6, TrainPerClass = (options.Steps * options.Batch + 5) / 6, ValPerClass = 0 },
        });
        LoaderEpochs.Run(drawings, options);
        FrozenEpochs.Run(drawings, options);
        return 0;
    }

    public static void Print(string line) => Console.WriteLine(line);

    private static void Print(string what, (double Ours, double Pillow, double Ratio) timing) =>
        Print(string.Create(CultureInfo.InvariantCulture, $"  {what,-56}{timing.Ours,10:F2}{timing.Pillow,10:F2}{timing.Ratio,8:F2}"));

    /// <summary>Photos of the folder (synthetic images without one), in original and in camera size.</summary>
    private static void WritePhotos(LoaderBenchmarkOptions options, string photos, string large)
    {
        Directory.CreateDirectory(photos);
        Directory.CreateDirectory(large);
        foreach (var (bytes, number) in Photos.Of(options.Photos).Select((bytes, number) => (bytes, number)))
        {
            File.WriteAllBytes(Path.Combine(photos, $"{number:D3}.jpg"), bytes);
            if (number < 10)
                File.WriteAllBytes(Path.Combine(large, $"{number:D3}.jpg"), JpegCodec.Encode(ImageResizer.Resize(ImageDecoder.Decode(bytes, "photo"), 1600, 1200)));
        }
    }
}

internal sealed record LoaderBenchmarkOptions(string? Photos, int Size, int Batch, int Steps, int Rounds, int Threads)
{
    public static LoaderBenchmarkOptions Parse(string[] arguments)
    {
        string? Value(string name) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
        int Number(string name, int otherwise) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        return new LoaderBenchmarkOptions(Value("--photos"), Number("--size", 128), Number("--batch", 16), Number("--steps", 8), Number("--rounds", 3),
            Number("--threads", Environment.ProcessorCount));
    }
}
