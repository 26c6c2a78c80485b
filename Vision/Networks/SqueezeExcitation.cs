using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>Scales channels by a gate computed from their means (Hu et al. 2018, "Squeeze-and-Excitation Networks").</summary>
internal sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA2213 // the base module disposes registered layers
    private readonly Conv2d fc1;
    private readonly Conv2d fc2;
#pragma warning restore CA2213

    public SqueezeExcitation(int channels, int squeezed) : base(nameof(SqueezeExcitation))
    {
        fc1 = nn.Conv2d(in_channels: channels, out_channels: squeezed, kernel_size: 1);
        fc2 = nn.Conv2d(in_channels: squeezed, out_channels: channels, kernel_size: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var pooled = nn.functional.adaptive_avg_pool2d(input, 1);
        using var squeezed = fc1.Convolve(pooled);
        using var activated = nn.functional.silu(squeezed);
        using var expanded = fc2.Convolve(activated);
        using var gate = expanded.sigmoid();
        return input.mul(gate);
    }
}
