using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// MobileNetV2's inverted residual: expand, depthwise convolution, project without activation; added to the input where shapes allow
/// (Sandler et al. 2018).
/// </summary>
internal sealed class LinearBottleneck : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA2213 // the base module disposes registered layers
    private readonly Sequential conv;
#pragma warning restore CA2213
    private readonly bool residual;

    public LinearBottleneck(int input, int output, int expansion, int stride) : base(nameof(LinearBottleneck))
    {
        var hidden = input * expansion;
        var layers = new List<nn.Module<Tensor, Tensor>>();
        if (expansion != 1)
            layers.Add(new ConvNormActivation(input, hidden, kernel: 1, activation: Activation.ReLU6));
        layers.Add(new ConvNormActivation(hidden, hidden, kernel: 3, stride, groups: hidden, activation: Activation.ReLU6));
        layers.Add(nn.Conv2d(in_channels: hidden, out_channels: output, kernel_size: 1, bias: false));
        layers.Add(nn.BatchNorm2d(num_features: output));
        conv = nn.Sequential(layers.ToArray());
        residual = stride == 1 && input == output;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var change = Change(input);
        if (!residual)
            return change;
        using (change)
            return input.add(change);
    }

    private Tensor Change(Tensor input)
    {
        var value = input;
        for (var i = 0; i < conv.Count; i++)
        {
            var next = conv[i] is Conv2d convolution ? convolution.Convolve(value) : conv[i].call(value);
            if (!ReferenceEquals(value, input))
                value.Dispose();
            value = next;
        }

        return value;
    }
}
