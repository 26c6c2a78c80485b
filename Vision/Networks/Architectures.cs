using TorchSharp;

namespace Linnaeus.Vision.Networks;

/// <summary>The networks that can be built by name.</summary>
public static class Architectures
{
    /// <summary>Known names, e.g. <c>efficientnet_b0</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. EfficientNetScaling.Family.Select(member => member.Name), MobileNetV2.Name];

    /// <summary>Builds a network with random weights.</summary>
    /// <param name="architecture">One of <see cref="Names"/>.</param>
    /// <param name="classes">Outputs, at least 1.</param>
    /// <param name="dropout">Dropout before the classifier, 0 up to but not including 1; the architecture's own when null.</param>
    /// <param name="seed">Seed of the random weights; null draws from torch's generator as it stands.</param>
    /// <exception cref="ArgumentException">Unknown architecture; the message lists the known ones.</exception>
    public static ImageClassifier Create(string architecture, int classes, double? dropout = null, long? seed = null)
    {
        var scaling = EfficientNetScaling.Family.FirstOrDefault(member => member.Name == architecture);
        if (scaling is null && architecture != MobileNetV2.Name)
            throw new ArgumentException($"Unknown architecture '{architecture}'. Known: {string.Join(", ", Names)}.", nameof(architecture));
        if (seed is { } value)
            torch.manual_seed(value);
        return scaling is null ? new MobileNetV2(classes, dropout) : new EfficientNet(scaling, classes, dropout);
    }
}
