using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>Square images of the samples, decoded when first asked for and kept as far as the memory granted goes.</summary>
internal sealed class ImageCache(IReadOnlyList<Sample> samples, int size, long budget)
{
    // Which samples are kept follows from the numbers alone, so that the same ones are decoded in every run.
    private readonly byte[]?[] _kept = new byte[(int)Math.Min(samples.Count, budget / (3L * size * size))][];

    /// <summary>How many images fit.</summary>
    public int Capacity => _kept.Length;

    /// <summary>Copies one image's bytes [size, size, 3]. Two threads may decode the same image at once; both get the same bytes.</summary>
    public void CopyTo(int index, Span<byte> target)
    {
        var image = index < _kept.Length ? Volatile.Read(ref _kept[index]) : null;
        if (image is null)
        {
            image = ImageResizer.ResizeAndCrop(samples[index].Source.Load(size), size).Pixels;
            if (index < _kept.Length)
                Volatile.Write(ref _kept[index], image);
        }
        image.CopyTo(target);
    }
}
