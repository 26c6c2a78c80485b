using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Networks;

/// <summary>Initializes weights like torchvision for EfficientNet and MobileNetV2, except for the last layer.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Convolutions: normal with standard deviation sqrt(2 / (kernel area * output channels)) (He et al. 2015, fan-out), bias 0.
    /// Linear: <see cref="DrawHead"/>. Batch normalization keeps scale 1 and shift 0.
    /// </summary>
    public static void Draw(nn.Module network)
    {
        using var noGrad = no_grad();
        foreach (var module in network.modules())
        {
            if (module is Conv2d convolution)
            {
                var shape = convolution.weight.shape;
                nn.init.normal_(convolution.weight, 0, Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3])));
                if (convolution.bias is not null)
                    nn.init.zeros_(convolution.bias);
            }
            else if (module is Linear linear)
            {
                DrawHead(linear);
            }
        }
    }

    /// <summary>
    /// Initializes a classifier's last layer: uniform within 1/sqrt(inputs), bias 0, like PyTorch's Linear. torchvision's 1/sqrt(outputs)
    /// is meant for 1000 classes; with a dozen classes the initial logits would be too large.
    /// </summary>
    public static void DrawHead(Linear linear)
    {
        using var noGrad = no_grad();
        var range = 1 / Math.Sqrt(linear.weight.shape[1]);
        nn.init.uniform_(linear.weight, -range, range);
        if (linear.bias is not null)
            nn.init.zeros_(linear.bias);
    }
}
