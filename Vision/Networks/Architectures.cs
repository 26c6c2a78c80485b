using TorchSharp;

namespace Linnaeus.Vision.Networks;

/// <summary>The networks that can be built.</summary>
public static class Architectures
{
    /// <summary>Builds a network with random weights.</summary>
    /// <param name="architecture">Which network.</param>
    /// <param name="classes">Outputs, at least 1.</param>
    /// <param name="dropout">Dropout before the classifier, 0 up to but not including 1; the architecture's own when null.</param>
    /// <param name="seed">Seed of the random weights; null uses torch's current generator.</param>
    public static ImageClassifier Create(Architecture architecture, int classes, double? dropout = null, long? seed = null)
    {
        if (seed is { } value)
            torch.manual_seed(value);
        return architecture switch
        {
            Architecture.MobileNetV2 => new MobileNetV2(classes, dropout),
            _ when EfficientNetScaling.Family.FirstOrDefault(member => member.Architecture == architecture) is { } scaling => new EfficientNet(scaling, classes, dropout),
            _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "unknown architecture"),
        };
    }
}
