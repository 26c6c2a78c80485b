namespace Linnaeus.Vision.Imaging;

/// <summary>How much of each pixel belongs to the foreground: 0 none, 255 all of it; [<see cref="Height"/>, <see cref="Width"/>].</summary>
public sealed class Mask
{
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="coverage">Exactly <c>width * height</c> bytes; kept, not copied.</param>
    public Mask(int width, int height, byte[] coverage)
    {
        ArgumentNullException.ThrowIfNull(coverage);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (coverage.LongLength != (long)width * height)
            throw new ArgumentException($"A {width}x{height} mask has {(long)width * height} bytes, got {coverage.LongLength}.", nameof(coverage));
        Width = width;
        Height = height;
        Coverage = coverage;
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Coverage { get; }

    public byte this[int x, int y] => Coverage[y * Width + x];
}
