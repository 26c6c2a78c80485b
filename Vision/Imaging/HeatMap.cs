namespace Linnaeus.Vision.Imaging;

/// <summary>Renders attributions as images.</summary>
public static class HeatMap
{
    /// <summary>Colors values of 0..1, e.g. a Grad-CAM map.</summary>
    /// <param name="values">[height, width], row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="map">Colors; inferno when absent.</param>
    public static Image Render(ReadOnlySpan<float> values, int width, int height, ColorMap? map = null)
    {
        Check(values, width, height);
        map ??= ColorMap.Inferno;
        var image = new Image(width, height);
        for (var i = 0; i < values.Length; i++)
            (image.Pixels[3 * i], image.Pixels[3 * i + 1], image.Pixels[3 * i + 2]) = map.At(values[i]);
        return image;
    }

    /// <summary>
    /// Colors signed values, e.g. Integrated Gradients summed over channels: zero is the map's middle, and the given
    /// percentile of the absolute values its ends, so that a few extreme pixels do not fade the rest.
    /// </summary>
    /// <param name="values">[height, width], row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="percentile">Above 0, at most 100.</param>
    public static Image RenderSigned(ReadOnlySpan<float> values, int width, int height, double percentile = 99)
    {
        Check(values, width, height);
        var limit = AbsolutePercentile(values, percentile);
        var image = new Image(width, height);
        for (var i = 0; i < values.Length; i++)
        {
            var value = limit > 0 ? 0.5 + 0.5 * values[i] / limit : 0.5;
            (image.Pixels[3 * i], image.Pixels[3 * i + 1], image.Pixels[3 * i + 2]) = ColorMap.Diverging.At(value);
        }
        return image;
    }

    /// <summary>Absolute values scaled so that the given percentile becomes 1, clipped to 0..1.</summary>
    public static float[] Magnitude(ReadOnlySpan<float> values, double percentile = 99)
    {
        var limit = AbsolutePercentile(values, percentile);
        var magnitude = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            magnitude[i] = limit > 0 ? Math.Min(1, Math.Abs(values[i]) / limit) : 0;
        return magnitude;
    }

    /// <summary>Blends a heat map over an image; the map is resized to the image.</summary>
    /// <param name="photo">The explained image.</param>
    /// <param name="heat">A colored map.</param>
    /// <param name="opacity">0 shows only the image, 1 only the map.</param>
    public static Image Overlay(Image photo, Image heat, double opacity = 0.5)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(heat);
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        if (heat.Width != photo.Width || heat.Height != photo.Height)
            heat = ImageResizer.Resize(heat, photo.Width, photo.Height);
        var blend = new Image(photo.Width, photo.Height);
        for (var i = 0; i < blend.Pixels.Length; i++)
            blend.Pixels[i] = (byte)(photo.Pixels[i] * (1 - opacity) + heat.Pixels[i] * opacity + 0.5);
        return blend;
    }

    private static float AbsolutePercentile(ReadOnlySpan<float> values, double percentile)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percentile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 100);
        if (values.IsEmpty)
            return 0;
        var sorted = new float[values.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = Math.Abs(values[i]);
        Array.Sort(sorted);
        return sorted[(int)Math.Ceiling(percentile / 100 * sorted.Length) - 1];
    }

    private static void Check(ReadOnlySpan<float> values, int width, int height)
    {
        if (values.Length != (long)width * height)
            throw new ArgumentException($"A map of {width}x{height} has {(long)width * height} values, got {values.Length}.", nameof(values));
    }
}
