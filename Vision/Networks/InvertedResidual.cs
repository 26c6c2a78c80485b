using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// Expand, depthwise convolution, squeeze-and-excitation, project; added to the input where shapes allow (Sandler et al. 2018,
/// "MobileNetV2"). In training, blocks are skipped at random per image (Huang et al. 2016, "Deep Networks with Stochastic Depth").
/// </summary>
internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA2213 // the base module disposes registered layers
    private readonly Sequential block;
#pragma warning restore CA2213
    private readonly bool residual;
    private readonly double skipProbability;

    public InvertedResidual(EfficientNetStage shape, double skipProbability) : base(nameof(InvertedResidual))
    {
        var hidden = EfficientNetScaling.ScaleChannels(shape.InputChannels * shape.Expansion);
        var layers = new List<nn.Module<Tensor, Tensor>>();
        if (hidden != shape.InputChannels)
            layers.Add(new ConvNormActivation(shape.InputChannels, hidden, kernel: 1));
        layers.Add(new ConvNormActivation(hidden, hidden, shape.Kernel, shape.Stride, groups: hidden));
        layers.Add(new SqueezeExcitation(hidden, Math.Max(1, shape.InputChannels / 4)));
        layers.Add(new ConvNormActivation(hidden, shape.OutputChannels, kernel: 1, activation: Activation.None));
        block = nn.Sequential(layers.ToArray());
        residual = shape.Stride == 1 && shape.InputChannels == shape.OutputChannels;
        this.skipProbability = skipProbability;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var change = block.call(input);
        if (!residual)
            return change;
        using (change)
            return training && skipProbability > 0 ? Thinned(input, change) : input.add(change);
    }

    /// <summary>Adds the change for images that keep this block, scaled to keep the expectation.</summary>
    private Tensor Thinned(Tensor input, Tensor change)
    {
        var kept = 1 - skipProbability;
        using var odds = full(new long[] { input.shape[0], 1, 1, 1 }, kept, device: input.device);
        using var drawn = odds.bernoulli();
        using var keep = drawn.to(input.dtype);
        return input.addcmul(change, keep, 1 / kept);
    }
}
