using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Benchmarks;

/// <summary>Images to measure.</summary>
internal static class Photos
{
    private const int Count = 40;

    /// <summary>The first JPEG files under a folder; synthetic images of 500x500 without one.</summary>
    /// <exception cref="ArgumentException">The folder is missing or empty.</exception>
    public static IReadOnlyList<byte[]> Of(string? folder)
    {
        if (folder is null)
        {
            var drawings = SyntheticFlowers.Create(new DatasetOptions { Synthetic = new SyntheticFlowersOptions { TrainPerClass = 7, Side = 500 } });
            return [.. drawings.Train.Take(Count).Select(sample => JpegCodec.Encode(sample.Source.Load()))];
        }

        if (!Directory.Exists(folder))
            throw new ArgumentException($"--photos {folder}: folder not found.");
        byte[][] photos = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(Count).Select(File.ReadAllBytes)];
        return photos.Length > 0 ? photos : throw new ArgumentException($"--photos {folder}: no .jpg files found.");
    }
}
