namespace Linnaeus.Vision.Imaging;

internal static class SizeBounds
{
    /// <summary>Rejects an image by its header size, before memory is allocated.</summary>
    public static void Check(string name, long width, long height, DecodeOptions options)
    {
        if (width < 1 || height < 1)
            throw new ImageFormatException(name, $"its header says {width}x{height} pixels", "Replace the file with an intact copy, or remove it");
        if (width * height > options.MaxPixels)
        {
            throw new ImageFormatException(name,
                $"its header says {width}x{height} pixels, more than the limit of {options.MaxPixels >> 20} megapixels",
                "Scale the image down or remove it");
        }
        if (Math.Min(width, height) < options.MinSide)
        {
            throw new ImageFormatException(name, $"it has only {width}x{height} pixels",
                $"Both sides need at least {options.MinSide} pixels; use a larger image");
        }
    }
}
