using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>
/// Blends each image of a batch and its label with another one (Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization"):
/// <c>l x + (1 - l) x[partner]</c>. As in Keras' <c>MixUp</c>, each image has its own l, and the partners are a permutation of the batch.
/// </summary>
public static class Mixup
{
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="shares">N weights of the host image, 0..1.</param>
    /// <param name="partners">N positions in the batch.</param>
    /// <returns>float32 [N, C, H, W].</returns>
    public static Tensor Blend(Tensor images, IReadOnlyList<float> shares, IReadOnlyList<long> partners)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(partners);
        using var weight = tensor([.. shares], [shares.Count, 1, 1, 1], device: images.device);
        using var index = tensor([.. partners], device: images.device);
        using var others = images.index_select(0, index);
        return others.lerp(images, weight);
    }
}
