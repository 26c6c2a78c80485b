using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Padding beyond an image's edge.</summary>
public enum Border
{
    /// <summary>The image mirrored at its edge, the edge pixel repeated: <c>d c b a | a b c d | d c b a</c>.</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zero,
}

/// <summary>Batched affine resampling.</summary>
public static class Resampling
{
    /// <summary>Samples every output pixel bilinearly at its mapped position, without antialiasing, clipping or rounding.</summary>
    /// <param name="images">Floating point [N, C, H, W], any strides.</param>
    /// <param name="maps">N maps from output to input pixels.</param>
    /// <param name="height">Rows of the output.</param>
    /// <param name="width">Columns of the output.</param>
    /// <param name="border">Padding beyond the edge.</param>
    /// <returns>[N, C, height, width] of the same type.</returns>
    public static Tensor Apply(Tensor images, IReadOnlyList<AffineMap> maps, int height, int width, Border border = Border.Reflect)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(maps);
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] != maps.Count)
            throw new ArgumentException($"{maps.Count} maps need images [{maps.Count}, C, H, W], got [{string.Join(", ", shape)}].", nameof(images));
        using var points = Points(images, maps, height, width);
        using var grid = points.permute(0, 2, 3, 1);
        var padding = border == Border.Reflect ? GridSamplePaddingMode.Reflection : GridSamplePaddingMode.Zeros;
        return nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, padding, align_corners: false);
    }

    /// <summary>
    /// Sampling positions [N, 2, height, width], x before y, in coordinates from -1 at one edge of the image to 1 at the other
    /// (<c>align_corners: false</c>). Adding a column term and a row term is twenty times as fast as <c>affine_grid</c>, which multiplies
    /// matrices.
    /// </summary>
    private static Tensor Points(Tensor images, IReadOnlyList<AffineMap> maps, int height, int width)
    {
        var (columns, rows) = (new float[2 * width * maps.Count], new float[2 * height * maps.Count]);
        var (sx, sy) = (2.0 / images.shape[3], 2.0 / images.shape[2]);
        for (var n = 0; n < maps.Count; n++)
        {
            var map = maps[n];
            for (var x = 0; x < width; x++)
                (columns[2 * n * width + x], columns[(2 * n + 1) * width + x]) = ((float)(sx * map.A0 * x), (float)(sy * map.B0 * x));
            for (var y = 0; y < height; y++)
            {
                rows[2 * n * height + y] = (float)(sx * (map.A1 * y + map.A2 + 0.5) - 1);
                rows[(2 * n + 1) * height + y] = (float)(sy * (map.B1 * y + map.B2 + 0.5) - 1);
            }
        }

        using var across = tensor(columns, [maps.Count, 2, 1, width], dtype: images.dtype, device: images.device);
        using var down = tensor(rows, [maps.Count, 2, height, 1], dtype: images.dtype, device: images.device);
        return across.add(down);
    }
}
