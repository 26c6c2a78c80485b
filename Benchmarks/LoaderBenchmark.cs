using System.Globalization;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Sub-command <c>loader</c>: does loading keep up with training, and what does a picture cost against torchvision's PIL path?
/// <code>loader [--photos FOLDER] [--size 128] [--batch 16] [--steps 8] [--rounds 3]</code>
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
            Print($"{"decode + resize per picture, CPU ms, one thread",-58}{"ours",10}{"PIL",10}{"ratio",8}");
            Decode("as they are", photos, options);
            Decode("large (1600x1200)", large, options);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
        LoaderEpochs.Run(options);
        return 0;
    }

    public static void Print(string line) => Console.WriteLine(line);

    private static void Decode(string kind, string folder, LoaderBenchmarkOptions options)
    {
        var ours = DecodeTiming.Ours(folder, options);
        var pillow = DecodeTiming.Pillow(folder, options);
        Print(string.Create(CultureInfo.InvariantCulture, $"  {kind + " to " + options.Size,-56}{ours,10:F2}{pillow,10:F2}{pillow / ours,8:F2}"));
    }

    /// <summary>Photographs of the folder given (drawings without one), as they are and enlarged as a camera would deliver them.</summary>
    private static void WritePhotos(LoaderBenchmarkOptions options, string photos, string large)
    {
        Directory.CreateDirectory(photos);
        Directory.CreateDirectory(large);
        var originals = options.Photos is { } folder
            ? Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(40).Select(File.ReadAllBytes)
            : SyntheticFlowers.Create(new DatasetOptions { Synthetic = new SyntheticFlowersOptions { TrainPerClass = 7, Side = 500 } })
                .Train.Take(40).Select(sample => JpegCodec.Encode(sample.Source.Load()));
        foreach (var (bytes, number) in originals.Select((bytes, number) => (bytes, number)))
        {
            File.WriteAllBytes(Path.Combine(photos, $"{number:D3}.jpg"), bytes);
            if (number < 10)
                File.WriteAllBytes(Path.Combine(large, $"{number:D3}.jpg"), JpegCodec.Encode(ImageResizer.Resize(ImageDecoder.Decode(bytes, "photo"), 1600, 1200)));
        }
    }
}

internal sealed record LoaderBenchmarkOptions(string? Photos, int Size, int Batch, int Steps, int Rounds)
{
    public static LoaderBenchmarkOptions Parse(string[] arguments)
    {
        string? Value(string name) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
        int Number(string name, int otherwise) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        return new LoaderBenchmarkOptions(Value("--photos"), Number("--size", 128), Number("--batch", 16), Number("--steps", 8), Number("--rounds", 3));
    }
}
