using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Normalizes pixel values 0..255: <c>(x / 255 - mean) / std</c> per channel.</summary>
/// <param name="Mean">Three means of values in 0..1.</param>
/// <param name="Std">Three standard deviations, above 0.</param>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>ImageNet statistics, as torchvision uses them.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Pixel values of normalized images, rounded and clipped to 0..255.</summary>
    /// <param name="images">float32 [N, 3, H, W], normalized; not disposed.</param>
    /// <returns>uint8 [N, 3, H, W].</returns>
    internal Tensor Undo(Tensor images)
    {
        using var scale = tensor(Std.Select(s => 255 * s).ToArray(), [1, 3, 1, 1], device: images.device);
        using var shift = tensor(Mean.Select(m => 255 * m).ToArray(), [1, 3, 1, 1], device: images.device);
        using var pixels = images.mul(scale);
        return pixels.add_(shift).round_().clamp_(0, 255).to(ScalarType.Byte);
    }

    /// <param name="images">float32 [N, 3, H, W], 0..255; changed in place.</param>
    /// <returns>float32 [N, 3, H, W] in channels-last strides.</returns>
    internal Tensor Apply(Tensor images)
    {
        using var scale = tensor(Std.Select(s => 1 / (255 * s)).ToArray(), [1, 3, 1, 1], device: images.device);
        using var shift = tensor(Mean.Zip(Std, (m, s) => -m / s).ToArray(), [1, 3, 1, 1], device: images.device);
        using var rows = images.mul_(scale).add_(shift).permute(0, 2, 3, 1);
        using var packed = rows.contiguous();
        return packed.permute(0, 3, 1, 2);
    }
}
