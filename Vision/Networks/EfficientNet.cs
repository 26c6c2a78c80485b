using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// EfficientNet with torchvision's state-dict names and initial weights, in channels-last memory.
/// B0 with 1000 classes has 5,288,548 parameters.
/// </summary>
public sealed class EfficientNet : ImageClassifier
{
#pragma warning disable CA2213 // the base module disposes registered layers
    private readonly Sequential features;
    private readonly Sequential classifier;
#pragma warning restore CA2213
    private readonly EfficientNetScaling scaling;

    /// <summary>Builds the network with random weights drawn from torch's generator (seed it with <c>torch.manual_seed</c>).</summary>
    /// <param name="scaling">Which member of the family.</param>
    /// <param name="classes">Outputs, at least 1.</param>
    /// <param name="dropout">Dropout before the classifier, 0 up to but not including 1; the family's own when null.</param>
    public EfficientNet(EfficientNetScaling scaling, int classes, double? dropout = null) : base(scaling.Architecture, classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        this.scaling = scaling;
        Dropout = dropout ?? scaling.Dropout;
        features = nn.Sequential(Layers(scaling).ToArray());
        Blocks = [.. features.children().SelectMany(stage => stage is Sequential residuals ? residuals.children() : [stage])];
        classifier = nn.Sequential(nn.Dropout(Dropout), nn.Linear(scaling.FeatureChannels, classes));
        RegisterComponents();
        InitialWeights.Draw(this);
        ChannelsLast.Convert(this);
    }

    /// <inheritdoc/>
    public override int FeatureChannels => scaling.FeatureChannels;

    /// <inheritdoc/>
    public override double Dropout { get; }

    /// <inheritdoc/>
    public override Linear Head => (Linear)classifier[1];

    /// <summary>B0 has 18: the stem, 16 inverted residuals and the last convolution.</summary>
    public override IReadOnlyList<nn.Module> Blocks { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor images)
    {
        using var channelsLast = ChannelsLast.Of(images);
        return features.call(channelsLast);
    }

    /// <inheritdoc/>
    public override Tensor Classify(Tensor pooled) => classifier.call(pooled);

    private static List<nn.Module<Tensor, Tensor>> Layers(EfficientNetScaling scaling)
    {
        var stages = scaling.Stages;
        var layers = new List<nn.Module<Tensor, Tensor>> { new ConvNormActivation(3, stages[0].InputChannels, kernel: 3, stride: 2) };
        var blocks = stages.Sum(stage => stage.Blocks);
        var index = 0;
        foreach (var stage in stages)
        {
            var residuals = new List<nn.Module<Tensor, Tensor>>();
            for (var i = 0; i < stage.Blocks; i++)
            {
                var shape = i == 0 ? stage : stage with { InputChannels = stage.OutputChannels, Stride = 1 };
                residuals.Add(new InvertedResidual(shape, scaling.StochasticDepth * index++ / blocks));
            }

            layers.Add(nn.Sequential(residuals.ToArray()));
        }

        layers.Add(new ConvNormActivation(stages[^1].OutputChannels, scaling.FeatureChannels, kernel: 1));
        return layers;
    }
}
