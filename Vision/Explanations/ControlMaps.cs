using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Baseline maps that are independent of the network, for comparison with explanations.</summary>
public static class ControlMaps
{
    /// <summary>Uniformly random cells, upsampled like a class activation map (bilinear, half-pixel centers) to match its resolution.</summary>
    /// <param name="rows">Cell rows: those of the feature map, or the image's pixels.</param>
    /// <param name="columns">As <paramref name="rows"/>.</param>
    /// <param name="height">Of the image.</param>
    /// <param name="width">Of the image.</param>
    /// <param name="seed">Of the draw.</param>
    /// <returns>[height, width] in 0..1.</returns>
    public static float[] Random(int rows, int columns, int height, int width, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var cells = rand([1, 1, rows, columns], generator: generator);
        return nn.functional.interpolate(cells, [height, width], mode: InterpolationMode.Bilinear, align_corners: false).ToFloats();
    }

    /// <summary>Negative distance to the center in pixels, [height, width].</summary>
    public static float[] Center(int height, int width)
    {
        var map = new float[height * width];
        for (var i = 0; i < map.Length; i++)
        {
            var (y, x) = ((i / width) - ((height - 1) / 2.0), (i % width) - ((width - 1) / 2.0));
            map[i] = -(float)Math.Sqrt((y * y) + (x * x));
        }

        return map;
    }
}
