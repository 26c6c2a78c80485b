using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>
/// MobileNetV2 with torchvision's state-dict names and initial weights, in channels-last memory (Sandler et al. 2018, "MobileNetV2: Inverted
/// Residuals and Linear Bottlenecks"). With 1000 classes it has 3,504,872 parameters.
/// </summary>
public sealed class MobileNetV2 : ImageClassifier
{
    private const int StemChannels = 32;
    private const int Channels = 1280;

    /// <summary>Expansion, output channels, blocks and first stride of each stage (table 2 of the paper).</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

#pragma warning disable CA2213 // the base module disposes registered layers
    private readonly Sequential features;
    private readonly Sequential classifier;
#pragma warning restore CA2213

    /// <summary>Builds the network with random weights drawn from torch's generator (seed it with <c>torch.manual_seed</c>).</summary>
    /// <param name="classes">Outputs, at least 1.</param>
    /// <param name="dropout">Dropout before the classifier, 0 up to but not including 1; 0.2 when null.</param>
    public MobileNetV2(int classes, double? dropout = null) : base(Architecture.MobileNetV2, classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Dropout = dropout ?? 0.2;
        features = nn.Sequential(Layers().ToArray());
        Blocks = [.. features.children()];
        classifier = nn.Sequential(nn.Dropout(Dropout), nn.Linear(Channels, classes));
        RegisterComponents();
        InitialWeights.Draw(this);
        ChannelsLast.Convert(this);
    }

    /// <inheritdoc/>
    public override int FeatureChannels => Channels;

    /// <inheritdoc/>
    public override double Dropout { get; }

    /// <inheritdoc/>
    public override Linear Head => (Linear)classifier[1];

    /// <summary>19: the stem, 17 bottlenecks and the last convolution.</summary>
    public override IReadOnlyList<nn.Module> Blocks { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor images)
    {
        using var channelsLast = ChannelsLast.Of(images);
        return features.call(channelsLast);
    }

    /// <inheritdoc/>
    public override Tensor Classify(Tensor pooled) => classifier.call(pooled);

    private static IEnumerable<nn.Module<Tensor, Tensor>> Layers()
    {
        yield return new ConvNormActivation(3, StemChannels, kernel: 3, stride: 2, activation: Activation.ReLU6);
        var input = StemChannels;
        foreach (var (expansion, output, blocks, stride) in Stages)
        {
            for (var i = 0; i < blocks; i++)
            {
                yield return new LinearBottleneck(input, output, expansion, i == 0 ? stride : 1);
                input = output;
            }
        }

        yield return new ConvNormActivation(input, Channels, kernel: 1, activation: Activation.ReLU6);
    }
}
