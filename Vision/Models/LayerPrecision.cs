using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Models;

/// <summary>
/// Mixed precision without autocast, which TorchSharp 0.106 lacks: a network computes in the type of its input. Convolutions and linear layers take
/// their float32 weights cast to it, batch normalisation keeps float32 weights and statistics, as PyTorch's autocast does; gradients reach the weights
/// in float32. A float32 input takes the layers' own path, bit for bit.
/// </summary>
internal static class LayerPrecision
{
    /// <summary>A convolution, whose padding is "same" for its odd kernel, in the type of its input.</summary>
    /// <param name="layer">Its weight is [output, input / groups, kernel, kernel].</param>
    /// <param name="input">float32 or bfloat16 [N, input, H, W].</param>
    /// <param name="stride">The layer's own.</param>
    /// <param name="groups">The layer's own.</param>
    public static Tensor Convolve(this Conv2d layer, Tensor input, long stride = 1, long groups = 1)
    {
        if (input.dtype == layer.weight.dtype)
            return layer.call(input);
        using var weight = layer.weight.to(input.dtype);
        using var bias = layer.bias?.to(input.dtype);
        return nn.functional.conv2d(input, weight, bias, [stride, stride], [weight.shape[2] / 2, weight.shape[2] / 2], groups: groups);
    }
}
