using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>What lies beyond a picture's edge.</summary>
public enum Border
{
    /// <summary>The picture mirrored at its edge, the edge pixel repeated: <c>d c b a | a b c d | d c b a</c>.</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zero,
}

/// <summary>Batched affine resampling.</summary>
public static class Resampling
{
    /// <summary>Reads every output pixel bilinearly from where its map points to. No antialiasing, no clipping, no rounding.</summary>
    /// <param name="images">Floating point [N, C, H, W], any strides.</param>
    /// <param name="maps">N maps from output to input pixels.</param>
    /// <param name="height">Rows of the output.</param>
    /// <param name="width">Columns of the output.</param>
    /// <param name="border">What lies beyond the edge.</param>
    /// <returns>[N, C, height, width] of the same type.</returns>
    public static Tensor Apply(Tensor images, IReadOnlyList<AffineMap> maps, int height, int width, Border border = Border.Reflect)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(maps);
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] != maps.Count)
            throw new ArgumentException($"{maps.Count} maps need images [{maps.Count}, C, H, W], not [{string.Join(", ", shape)}].", nameof(images));
        var rows = new float[6 * maps.Count];
        for (var i = 0; i < maps.Count; i++)
            maps[i].ToTheta(shape[3], shape[2], width, height).CopyTo(rows, 6 * i);
        using var theta = tensor(rows, [maps.Count, 2, 3], dtype: images.dtype, device: images.device);
        using var grid = nn.functional.affine_grid(theta, [maps.Count, shape[1], height, width], align_corners: false);
        var padding = border == Border.Reflect ? GridSamplePaddingMode.Reflection : GridSamplePaddingMode.Zeros;
        return nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, padding, align_corners: false);
    }
}
