using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>Turns an encoded file into the network's input, exactly as in evaluation.</summary>
internal static class InputImage
{
    /// <summary>Decodes, scales the shorter side to the input size and crops the center.</summary>
    /// <exception cref="ProblemException">422: not a valid image within the limits.</exception>
    public static Image Decode(byte[] bytes, string name, Preprocessing preprocessing, int minimumSide)
    {
        try
        {
            var options = new DecodeOptions { MinSide = minimumSide, TargetShorterSide = preprocessing.ImageSize };
            return ImageResizer.ResizeAndCrop(ImageDecoder.Decode(bytes, name, options), preprocessing.ImageSize);
        }
        catch (ImageFormatException error)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, error.Message, inner: error);
        }
    }

    /// <summary>float32 [1, 3, H, W], normalized. The caller's.</summary>
    public static torch.Tensor ToTensor(Image image, Preprocessing preprocessing) =>
        BatchSource.Prepare(image, preprocessing.ImageSize, torch.CPU, new Normalization(preprocessing.Mean, preprocessing.Std));
}
