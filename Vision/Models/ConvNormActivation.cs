using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Models;

/// <summary>Convolution without bias (child <c>0</c>), batch normalisation (child <c>1</c>) and, if wanted, SiLU; "same" padding for odd kernels.</summary>
internal sealed class ConvNormActivation : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA2213 // the base module disposes registered layers
    [ComponentName(Name = "0")]
    private readonly Conv2d convolution;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;
#pragma warning restore CA2213
    private readonly bool activation;

    public ConvNormActivation(int input, int output, int kernel, int stride = 1, int groups = 1, bool activation = true)
        : base(nameof(ConvNormActivation))
    {
        convolution = nn.Conv2d(
            in_channels: input, out_channels: output, kernel_size: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false);
        norm = nn.BatchNorm2d(num_features: output);
        this.activation = activation;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var convolved = convolution.call(input);
        var normalised = norm.call(convolved);
        if (!activation)
            return normalised;
        // In place saves memory traffic, but autograd would first clone what it overwrites.
        var activated = nn.functional.silu(normalised, inplace: !normalised.requires_grad);
        if (!ReferenceEquals(activated, normalised))
            normalised.Dispose();
        return activated;
    }
}
