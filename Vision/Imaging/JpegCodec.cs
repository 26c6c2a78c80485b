using System.Runtime.InteropServices;

namespace Linnaeus.Vision.Imaging;

/// <summary>JPEG by libjpeg-turbo: baseline and progressive; gray, YCbCr, RGB, CMYK and YCCK; EXIF orientation honored.</summary>
public static class JpegCodec
{
    private const string Remedy = "Replace the file with an intact copy, or remove it";

    /// <summary>Encodes an image.</summary>
    /// <param name="image">Image to encode.</param>
    /// <param name="quality">1 (smallest) to 100 (best).</param>
    /// <param name="subsampleChroma">4:2:0 (usual for photographs) when true, 4:4:4 when false.</param>
    public static unsafe byte[] Encode(Image image, int quality = 90, bool subsampleChroma = true)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var subsampling = subsampleChroma ? TurboJpeg.Subsampling420 : TurboJpeg.Subsampling444;
        var handle = Require(TurboJpeg.tjInitCompress());
        try
        {
            var size = TurboJpeg.tjBufSize(image.Width, image.Height, subsampling);
            var jpeg = new byte[size.Value];
            fixed (byte* pinned = jpeg)
            {
                var target = pinned;
                if (TurboJpeg.tjCompress2(handle, image.Pixels, image.Width, 3 * image.Width, image.Height, TurboJpeg.PixelRgb,
                        &target, ref size, subsampling, quality, TurboJpeg.FlagNoRealloc) != 0)
                {
                    throw new InvalidOperationException($"Encoding a {image.Width}x{image.Height} JPEG failed: {TurboJpeg.LastError(handle)}");
                }
            }
            return jpeg.AsSpan(0, (int)size.Value).ToArray();
        }
        finally
        {
            _ = TurboJpeg.tjDestroy(handle);
        }
    }

    internal static Image Decode(ReadOnlySpan<byte> jpeg, string name, DecodeOptions options)
    {
        if (JpegHeader.Read(jpeg) is not { } header)
            throw new ImageFormatException(name, "JPEG without a frame header (truncated or corrupt)", Remedy);
        var (width, height) = ScaledSize(header, name, options);
        var cmyk = header.Components == 4;
        var samples = new byte[(cmyk ? 4 : 3) * width * height];
        Decompress(jpeg, samples, width, height, cmyk, name);
        var pixels = cmyk ? CmykToRgb(samples) : samples;
        return Orientation.Apply(new Image(width, height, pixels), header.Orientation);
    }

    private static (int Width, int Height) ScaledSize(JpegHeader header, string name, DecodeOptions options)
    {
        SizeBounds.Check(name, header.Width, header.Height, options with { MaxPixels = 4 * options.MaxPixels });
        var (width, height) = (header.Width, header.Height);
        if (options.TargetShorterSide is { } target)
        {
            foreach (var factor in s_fastFactors)
            {
                var (w, h) = (factor.Apply(header.Width), factor.Apply(header.Height));
                if (Math.Min(w, h) >= target && w < width)
                    (width, height) = (w, h);
            }
        }
        SizeBounds.Check(name, width, height, options with { MinSide = 1 });
        return (width, height);
    }

    // Only halvings have vectorized inverse transforms; the library's other factors are slower than full size.
    private static readonly TurboJpeg.ScalingFactor[] s_fastFactors = FastFactors();

    private static unsafe TurboJpeg.ScalingFactor[] FastFactors()
    {
        var factors = TurboJpeg.tjGetScalingFactors(out var count);
        return [.. new ReadOnlySpan<TurboJpeg.ScalingFactor>(factors, count).ToArray()
            .Where(f => f.Numerator == 1 && f.Denominator is 2 or 4 or 8)];
    }

    private static void Decompress(ReadOnlySpan<byte> jpeg, Span<byte> pixels, int width, int height, bool cmyk, string name)
    {
        var handle = Require(TurboJpeg.tjInitDecompress());
        try
        {
            var format = cmyk ? TurboJpeg.PixelCmyk : TurboJpeg.PixelRgb;
            var flags = TurboJpeg.FlagAccurateDct | TurboJpeg.FlagLimitScans;
            if (TurboJpeg.tjDecompress2(handle, jpeg, new CULong((nuint)jpeg.Length), pixels, width, (cmyk ? 4 : 3) * width, height, format, flags) == 0)
                return;
            var message = TurboJpeg.LastError(handle);
            if (TurboJpeg.tjGetErrorCode(handle) == TurboJpeg.ErrorIsWarning && IsHarmless(message, jpeg))
                return;
            throw new ImageFormatException(name, $"truncated or corrupt JPEG ({message})", Remedy);
        }
        finally
        {
            _ = TurboJpeg.tjDestroy(handle);
        }
    }

    /// <summary>
    /// Cameras and editors leave harmless stray bytes between markers. The library reports only its first
    /// warning, so an end marker after the last scan's header must confirm the rest.
    /// </summary>
    private static bool IsHarmless(string warning, ReadOnlySpan<byte> jpeg) =>
        (warning.Contains("extraneous bytes before marker", StringComparison.Ordinal)
            || warning.Contains("Invalid SOS parameters", StringComparison.Ordinal)
            || warning.Contains("unknown JFIF revision", StringComparison.Ordinal)
            || warning.Contains("unknown Adobe color transform", StringComparison.Ordinal))
        && jpeg.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) > jpeg.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

    /// <summary>Four-color JPEGs hold inverted inks by Adobe's convention (255 is no ink), so a channel is ink times black.</summary>
    private static byte[] CmykToRgb(byte[] cmyk)
    {
        var rgb = new byte[cmyk.Length / 4 * 3];
        for (int from = 0, to = 0; from < cmyk.Length; from += 4, to += 3)
        {
            var black = cmyk[from + 3];
            rgb[to] = Multiply(cmyk[from], black);
            rgb[to + 1] = Multiply(cmyk[from + 1], black);
            rgb[to + 2] = Multiply(cmyk[from + 2], black);
        }
        return rgb;
    }

    private static byte Multiply(byte a, byte b) => (byte)((a * b + 127) / 255);

    private static nint Require(nint handle) =>
        handle != 0 ? handle : throw new InvalidOperationException("libjpeg-turbo could not be initialized (out of memory).");
}
