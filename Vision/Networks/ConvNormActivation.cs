using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>Activation after a normalized convolution.</summary>
internal enum Activation
{
    None,
    SiLU,
    ReLU6,
}

/// <summary>Convolution without bias (child <c>0</c>), batch normalization (child <c>1</c>) and an activation; "same" padding for odd kernels.</summary>
internal sealed class ConvNormActivation : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA2213 // the base module disposes registered layers
    [ComponentName(Name = "0")]
    private readonly Conv2d convolution;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;
#pragma warning restore CA2213
    private readonly Activation activation;
    private readonly (int Stride, int Groups) shape;

    public ConvNormActivation(int input, int output, int kernel, int stride = 1, int groups = 1, Activation activation = Activation.SiLU)
        : base(nameof(ConvNormActivation))
    {
        convolution = nn.Conv2d(
            in_channels: input, out_channels: output, kernel_size: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false);
        norm = nn.BatchNorm2d(num_features: output);
        (this.activation, shape) = (activation, (stride, groups));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var convolved = convolution.Convolve(input, shape.Stride, shape.Groups);
        var normalized = norm.call(convolved);
        if (activation == Activation.None)
            return normalized;
        var activated = Activate(normalized);
        if (!ReferenceEquals(activated, normalized))
            normalized.Dispose();
        return activated;
    }

    private Tensor Activate(Tensor value)
    {
        // In-place saves memory traffic, but under autograd it would clone first.
        var inPlace = !value.requires_grad;
        if (activation == Activation.SiLU)
            return nn.functional.silu(value, inPlace);
        // Older libtorch has no bfloat16 gradient of relu6 on CPU.
        return value.dtype == ScalarType.BFloat16 ? value.clamp(0, 6) : nn.functional.relu6(value, inPlace);
    }
}
