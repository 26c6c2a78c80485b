using Linnaeus.Vision.Models;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Which class is explained for each image.</summary>
internal static class Targets
{
    public static void Check(ImageClassifier network, Tensor images, IReadOnlyList<int>? targets)
    {
        if (images.dim() != 4 || images.shape[1] != 3)
            throw new ArgumentException($"Images have the shape [N, 3, H, W], not [{string.Join(", ", images.shape)}].", nameof(images));
        if (targets is null)
            return;
        if (targets.Count != images.shape[0])
            throw new ArgumentException($"{images.shape[0]} images need {images.shape[0]} targets, not {targets.Count}.", nameof(targets));
        foreach (var target in targets)
        {
            if (target < 0 || target >= network.Classes)
                throw new ArgumentException($"The target {target} is no class: the network has the classes 0 to {network.Classes - 1}.", nameof(targets));
        }
    }

    /// <summary>int64 [N, 1] on the logits' device: the given classes, or those of the highest logits.</summary>
    public static Tensor Index(Tensor logits, IReadOnlyList<int>? targets) => targets is null
        ? logits.detach().argmax(1, keepdim: true)
        : tensor(targets.Select(t => (long)t).ToArray(), device: logits.device).unsqueeze(1);
}
