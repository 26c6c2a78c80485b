using System.Security.Cryptography;
using Linnaeus.Registry.Client.Work;

namespace Linnaeus.Trainer.Downloads;

/// <summary>
/// torchvision's best weights of each network on ImageNet-1k (<c>torchvision.models.*_Weights.DEFAULT</c>). A file's name ends with the beginning of its
/// SHA-256.
/// </summary>
public static class ImageNetWeights
{
    private static readonly Dictionary<Architecture, OfficialFile> Files = new()
    {
        [Architecture.EfficientNetB0] = new(
            "efficientnet_b0_rwightman-7f5810bc.pth", HashAlgorithmName.SHA256, "7f5810bc96def8f7552d5b7e68d53c4786f81167d28291b21c0d90e1fca14934"),
        [Architecture.EfficientNetB1] = new("efficientnet_b1-c27df63c.pth", HashAlgorithmName.SHA256, "c27df63c"),
        [Architecture.EfficientNetB2] = new("efficientnet_b2_rwightman-c35c1473.pth", HashAlgorithmName.SHA256, "c35c1473"),
        [Architecture.EfficientNetB3] = new("efficientnet_b3_rwightman-b3899882.pth", HashAlgorithmName.SHA256, "b3899882"),
        [Architecture.MobileNetV2] = new("mobilenet_v2-7ebf99e0.pth", HashAlgorithmName.SHA256, "7ebf99e03e254b273379b23edca7ec0da9f48273b23a332b93c1c99d49e86e8f"),
    };

    /// <exception cref="JobFaultException">There are none for this network.</exception>
    public static OfficialFile Of(Architecture architecture) => Files.TryGetValue(architecture, out var file)
        ? file
        : throw new JobFaultException($"No ImageNet weights for {architecture.Name()}. Choose one of {string.Join(", ", Files.Keys.Select(known => known.Name()))}, or other weights.");
}
