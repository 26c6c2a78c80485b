using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>Square images of the samples, decoded on first use and cached up to a memory limit.</summary>
internal sealed class ImageCache(IReadOnlyList<Sample> samples, int size, long budget)
{
    // The cached samples depend only on sizes, so that every run decodes the same ones.
    private readonly byte[]?[] _kept = new byte[(int)Math.Min(samples.Count, budget / (3L * size * size))][];

    /// <summary>Number of images that fit.</summary>
    public int Capacity => _kept.Length;

    /// <summary>Copies one image's bytes [size, size, 3]. Two threads may decode the same image at once, with the same result.</summary>
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
