using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Estimates how many points of a path fit into memory at once.</summary>
public static class PathMemory
{
    /// <summary>
    /// Memory of one image's forward and backward pass per byte of the blocks' outputs: expanded channels, normalizations and activations are kept
    /// for the gradient. Measured with EfficientNet-B0 at 224 pixels, 0.1 GB per image.
    /// </summary>
    private const int BytesPerOutputByte = 24;

    /// <summary>Estimates the bytes that the gradient of one square image takes.</summary>
    /// <param name="network">Its blocks run once, on zeros.</param>
    /// <param name="imageSize">Side in pixels.</param>
    public static long BytesPerImage(ImageClassifier network, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var output = zeros(1, 3, imageSize, imageSize, device: network.parameters().First().device);
        long elements = output.numel();
        foreach (var block in network.Blocks)
        {
            output = ((nn.Module<Tensor, Tensor>)block).call(output);
            elements += output.numel();
        }

        return elements * sizeof(float) * BytesPerOutputByte;
    }
}
