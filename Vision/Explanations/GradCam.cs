using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>
/// Grad-CAM (Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization"): a channel's weight is the
/// mean of its gradient, <c>w_k = mean_ij dz_t/dA_k(i,j)</c>, and the map <c>ReLU(sum_k w_k A_k)</c>.
/// </summary>
public static class GradCam
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized, on the network's device.</param>
    /// <param name="targets">One per image; null explains the predicted classes.</param>
    /// <param name="layer">One of <see cref="FeatureLayers.Names"/>; null uses the last, which needs no backward pass.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, a target out of range, no such layer.</exception>
    public static IReadOnlyList<ClassActivationResult> Explain(
        ImageClassifier network, Tensor images, IReadOnlyList<ExplanationTarget>? targets = null, string? layer = null) =>
        ClassActivationMap.Explain(
            network, images, targets, layer, (_, gradients) => gradients.mean(new long[] { 2, 3 }, keepdim: true), sumsToScore: true);
}
