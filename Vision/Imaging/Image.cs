namespace Linnaeus.Vision.Imaging;

/// <summary>A decoded image: rows from the top, pixels from the left, three bytes (red, green, blue; sRGB, 0..255) each.</summary>
public sealed class Image
{
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Exactly <c>width * height * 3</c> bytes; kept, not copied.</param>
    public Image(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != 3L * width * height)
            throw new ArgumentException($"A {width}x{height} image has {3L * width * height} bytes, got {pixels.LongLength}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black image.</summary>
    public Image(int width, int height) : this(width, height, new byte[checked(3 * width * height)])
    {
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>RGB bytes, [<see cref="Height"/>, <see cref="Width"/>, 3], without padding.</summary>
    public byte[] Pixels { get; }

    /// <summary>The three bytes of one pixel.</summary>
    public Span<byte> this[int x, int y] => Pixels.AsSpan(3 * (y * Width + x), 3);
}
