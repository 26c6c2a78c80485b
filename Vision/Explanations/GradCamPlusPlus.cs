using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>
/// Grad-CAM++ (Chattopadhay et al. 2018, "Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep Convolutional Networks"): with the
/// gradients <c>g = dz_t/dA_k(i,j)</c>, cells count by <c>a = g^2 / (2 g^2 + g^3 sum_ij A_k + 1e-6)</c> (0 where g is 0), and a channel's weight is
/// <c>w_k = sum_ij a ReLU(g)</c>. The map is <c>ReLU(sum_k w_k A_k)</c>. The 1e-6 is from the common implementation; with gradients this small it
/// is part of the definition.
/// </summary>
public static class GradCamPlusPlus
{
    private const double Epsilon = 1e-6;

    /// <inheritdoc cref="GradCam.Explain"/>
    public static IReadOnlyList<ClassActivationResult> Explain(
        ImageClassifier network, Tensor images, IReadOnlyList<ExplanationTarget>? targets = null, string? layer = null) =>
        ClassActivationMap.Explain(network, images, targets, layer, Weights, sumsToScore: false);

    private static Tensor Weights(Tensor activations, Tensor gradients)
    {
        var squares = gradients.mul(gradients);
        var sums = activations.sum([2, 3], keepdim: true);
        // Where g is 0, g^2 and the quotient are 0 too.
        var shares = squares.div(squares.mul(2).add(sums.mul(squares).mul(gradients)).add(Epsilon));
        return shares.mul(gradients.relu()).sum([2, 3], keepdim: true);
    }
}
