namespace Linnaeus.Vision.Imaging;

/// <summary>Still WebP by libwebp, lossy and lossless; transparency is blended with white.</summary>
internal static class WebPCodec
{
    private const string Remedy = "Replace the file with an intact copy, or remove it";

    public static Image Decode(ReadOnlySpan<byte> bytes, string name, DecodeOptions options)
    {
        var size = (nuint)bytes.Length;
        if (LibWebP.WebPGetFeaturesInternal(bytes, size, out var features, LibWebP.DecoderAbiVersion) != 0)
            throw new ImageFormatException(name, "WebP with a truncated or corrupt header", Remedy);
        if (features.HasAnimation != 0)
            throw new ImageFormatException(name, "animated WebP", "Only still images are supported; save one frame");
        SizeBounds.Check(name, features.Width, features.Height, options);
        var channels = features.HasAlpha != 0 ? 4 : 3;
        var samples = new byte[(long)channels * features.Width * features.Height];
        var stride = channels * features.Width;
        var done = channels == 4
            ? LibWebP.WebPDecodeRGBAInto(bytes, size, samples, (nuint)samples.Length, stride)
            : LibWebP.WebPDecodeRGBInto(bytes, size, samples, (nuint)samples.Length, stride);
        if (done == 0)
            throw new ImageFormatException(name, "truncated or corrupt WebP", Remedy);
        return new Image(features.Width, features.Height, channels == 4 ? AlphaOnWhite.Compose(samples) : samples);
    }
}
