using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>
/// Layers available for class activation maps: the outputs of the network's blocks, named as in torchvision's state dict,
/// e.g. <c>features.6.3</c>. A stage's name, e.g. <c>features.6</c>, means its last block.
/// </summary>
public static class FeatureLayers
{
    /// <summary>All layer names in order; the last is the default, because it has a closed form.</summary>
    public static IReadOnlyList<string> Names(ImageClassifier network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var names = new Dictionary<nn.Module, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, module) in network.named_modules())
            names.TryAdd(module, name);
        return [.. network.Blocks.Select(block => names[block])];
    }

    /// <summary>The layer of that name; the last one when null.</summary>
    /// <exception cref="ArgumentException">No such layer; the message lists the valid names.</exception>
    internal static FeatureLayer Find(ImageClassifier network, string? name)
    {
        var names = Names(network);
        if (name is null)
            return new FeatureLayer(network, names.Count == 0 ? "features" : names[^1], names.Count - 1);
        var index = names.ToList().FindLastIndex(known => known == name || known.StartsWith(name + ".", StringComparison.Ordinal));
        return index >= 0
            ? new FeatureLayer(network, names[index], index)
            : throw new ArgumentException($"{network.Architecture.Name()} has no layer '{name}'. Choose one of {string.Join(", ", names)}.", nameof(name));
    }
}

/// <summary>The output of one block, and the network before and after it.</summary>
internal sealed class FeatureLayer(ImageClassifier network, string name, int index)
{
    public string Name => name;

    /// <summary>Whether only global average pooling and one linear layer follow.</summary>
    public bool IsLast => index == network.Blocks.Count - 1;

    /// <summary>Images [N, 3, H, W] to this layer's output [N, channels, h, w], without gradients.</summary>
    /// <exception cref="ArgumentException">The map has a single cell, so it has no resolution.</exception>
    public Tensor Activation(Tensor images)
    {
        using var noGrad = no_grad();
        var map = IsLast ? network.Features(images) : Run(ChannelsLast.Of(images), 0, index + 1);
        if (map.shape is [_, _, > 1, _] or [_, _, _, > 1])
            return map;
        throw new ArgumentException(
            $"Images of {images.shape[2]}x{images.shape[3]} pixels leave a single cell at {name}, so a class activation map has no "
            + "resolution. Use larger images or an earlier layer.",
            nameof(images));
    }

    /// <summary>From this layer's output to the logits [N, classes].</summary>
    public Tensor Logits(Tensor activation) =>
        network.Classify(network.Pool(IsLast ? activation : Run(activation, index + 1, network.Blocks.Count)));

    private Tensor Run(Tensor input, int from, int to)
    {
        for (var i = from; i < to; i++)
            input = ((nn.Module<Tensor, Tensor>)network.Blocks[i]).call(input);
        return input;
    }
}
