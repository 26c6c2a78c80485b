using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// Mixed precision without autocast, which TorchSharp 0.107 lacks: a network computes in the type of its input. Convolutions take their float32 weights
/// cast to it, batch normalization keeps float32 weights and statistics, as PyTorch's autocast does; gradients reach the weights in float32.
/// A float32 input uses the layers unchanged. Where float32 is faster on a CPU, a convolution of a bfloat16 input is computed in float32
/// and its output rounded.
/// </summary>
internal static class LayerPrecision
{
    /// <summary>
    /// The largest depthwise kernel trained in bfloat16 on a CPU with AMX. The backward pass of a 5x5 one takes four times as long as in
    /// float32 (84 against 20 ms for 480 channels of 14 px in batches of 16), of a 3x3 one a tenth longer, about the cost of casting.
    /// </summary>
    private const long LargestDepthwise = 3;

    /// <summary>A "same" convolution with an odd kernel, in the type of its input.</summary>
    /// <param name="layer">Its weight is [output, input / groups, kernel, kernel].</param>
    /// <param name="input">float32 or bfloat16 [N, input, H, W].</param>
    /// <param name="stride">The layer's own.</param>
    /// <param name="groups">The layer's own.</param>
    public static Tensor Convolve(this Conv2d layer, Tensor input, long stride = 1, long groups = 1)
    {
        if (input.dtype == layer.weight.dtype)
            return layer.call(input);
        if (input.device_type == DeviceType.CPU && IsFasterExactly(Bfloat16Units.Here, layer.weight.shape[2], groups, is_grad_enabled()))
            return Exactly(layer, input);
        using var weight = layer.weight.to(input.dtype);
        using var bias = layer.bias?.to(input.dtype);
        return nn.functional.conv2d(input, weight, bias, [stride, stride], [weight.shape[2] / 2, weight.shape[2] / 2], groups: groups);
    }

    /// <summary>
    /// Whether a CPU computes a bfloat16 convolution faster in float32, including casts. Without bfloat16 instructions, libtorch is many
    /// times slower in it than in float32.
    /// </summary>
    internal static bool IsFasterExactly(Bfloat16Units units, long kernel, long groups, bool training) =>
        !units.HasInstructions || (groups > 1 && kernel > LargestDepthwise && training);

    /// <summary>Runs the layer in its own type between two casts.</summary>
    private static Tensor Exactly(Conv2d layer, Tensor input)
    {
        using var exact = input.to(layer.weight.dtype);
        using var output = layer.call(exact);
        return output.to(input.dtype);
    }
}
