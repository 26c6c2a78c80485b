using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Imaging;

internal static class GaussianBlur
{
    /// <summary>Convolves images with a Gaussian of (2 radius + 1)^2 cells that sum to 1, mirrored at the edges (the edge pixel not repeated).</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="radius">Pixels, less than the shorter side.</param>
    /// <param name="deviation">Standard deviation in pixels.</param>
    public static Tensor Of(Tensor images, int radius, double deviation)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var cells = Enumerable.Range(-radius, (2 * radius) + 1).Select(offset => Math.Exp(-0.5 * offset * offset / (deviation * deviation))).ToArray();
        var sum = cells.Sum();
        var channels = images.shape[1];
        var kernel = tensor(cells.Select(cell => (float)(cell / sum)).ToArray(), device: images.device).view(1, 1, 1, cells.Length)
            .repeat(channels, 1, 1, 1);
        var padded = nn.functional.pad(images, (radius, radius, radius, radius), PaddingModes.Reflect);
        var rows = nn.functional.conv2d(padded, kernel, groups: channels);
        return nn.functional.conv2d(rows, kernel.transpose(2, 3).contiguous(), groups: channels).MoveToOuterDisposeScope();
    }
}
