using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>An augmentation that changes pixel values of a whole batch.</summary>
public interface IPixelStep
{
    /// <summary>Returns the changed batch.</summary>
    /// <param name="images">float32 [N, 3, H, W], 0..255; may be changed in place.</param>
    /// <param name="random">One stream per image.</param>
    Tensor Apply(Tensor images, CounterRandom[] random);

    /// <summary>Name and effective ranges, as they are logged.</summary>
    (string Name, string Value) Describe();
}

/// <summary>
/// Adds the same number to all channels: <c>clip(x + d (high - low), low, high)</c> with d drawn per image
/// (Keras' <c>RandomBrightness</c> with the value range 0..255).
/// </summary>
public sealed record RandomBrightness(DrawRange Factor) : IPixelStep
{
    public Tensor Apply(Tensor images, CounterRandom[] random) => Adjust(images, Array.ConvertAll(random.Draw(Factor), d => (float)d), 0, 255);

    public (string Name, string Value) Describe() => ("random_brightness", $"{Factor} of the value range [0, 255]");

    /// <param name="images">float32 [N, C, H, W] within <paramref name="low"/>..<paramref name="high"/>; changed in place.</param>
    /// <param name="factors">N fractions of the range to add.</param>
    /// <param name="low">Lower end of the values' range.</param>
    /// <param name="high">Upper end of the values' range.</param>
    public static Tensor Adjust(Tensor images, float[] factors, float low, float high)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(factors);
        using var shift = tensor(Array.ConvertAll(factors, d => d * (high - low)), [factors.Length, 1, 1, 1], device: images.device);
        return images.add_(shift).clamp_(low, high);
    }
}

/// <summary>
/// Stretches values about each channel's mean m over the image: <c>clip((x - m) c + m, 0, 255)</c> with c drawn per image
/// (Keras' <c>RandomContrast</c>; <see cref="Factor"/> is the range of c itself).
/// </summary>
public sealed record RandomContrast : IPixelStep
{
    /// <exception cref="ArgumentException">The range reaches below 0, which would invert images.</exception>
    public RandomContrast(DrawRange factor)
    {
        if (factor.Low < 0)
            throw new ArgumentException($"The contrast range {factor} must not reach below 0.", nameof(factor));
        Factor = factor;
    }

    public DrawRange Factor { get; }

    public Tensor Apply(Tensor images, CounterRandom[] random) => Adjust(images, Array.ConvertAll(random.Draw(Factor), c => (float)c));

    public (string Name, string Value) Describe() => ("random_contrast", $"factor {Factor} about each channel's mean, one per image");

    /// <param name="images">float32 [N, C, H, W], 0..255; changed in place.</param>
    /// <param name="factors">N factors: 0 is flat gray, 1 changes nothing.</param>
    public static Tensor Adjust(Tensor images, float[] factors)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(factors);
        using var factor = tensor(factors, [factors.Length, 1, 1, 1], device: images.device);
        using var mean = images.mean([2, 3], keepdim: true);
        return images.sub_(mean).mul_(factor).add_(mean).clamp_(0, 255);
    }
}

/// <summary>
/// Scales the distance of colors from gray: <c>clip((x - g) s + g, 0, 255)</c> with s drawn per image and g the pixel's luma by ITU-R BT.601,
/// as torchvision's <c>adjust_saturation</c>.
/// </summary>
public sealed record RandomSaturation : IPixelStep
{
    private static readonly float[] s_luma = [0.299f, 0.587f, 0.114f];

    /// <exception cref="ArgumentException">The range reaches below 0, which would invert colors.</exception>
    public RandomSaturation(DrawRange factor)
    {
        if (factor.Low < 0)
            throw new ArgumentException($"The saturation range {factor} must not reach below 0.", nameof(factor));
        Factor = factor;
    }

    public DrawRange Factor { get; }

    public Tensor Apply(Tensor images, CounterRandom[] random) => Adjust(images, Array.ConvertAll(random.Draw(Factor), s => (float)s));

    public (string Name, string Value) Describe() => ("random_saturation", $"factor {Factor} about each pixel's gray, one per image");

    /// <param name="images">float32 [N, 3, H, W], 0..255; changed in place.</param>
    /// <param name="factors">N factors: 0 is gray, 1 changes nothing.</param>
    public static Tensor Adjust(Tensor images, float[] factors)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(factors);
        using var factor = tensor(factors, [factors.Length, 1, 1, 1], device: images.device);
        using var luma = tensor(s_luma, [1, 3, 1, 1], device: images.device);
        using var weighted = images.mul(luma);
        using var gray = weighted.sum(1, keepdim: true);
        return images.sub_(gray).mul_(factor).add_(gray).clamp_(0, 255);
    }
}

internal static class Draws
{
    /// <summary>One uniform draw from each stream.</summary>
    public static double[] Draw(this CounterRandom[] random, DrawRange range)
    {
        var values = new double[random.Length];
        for (var i = 0; i < random.Length; i++)
            values[i] = random[i].Uniform(range.Low, range.High);
        return values;
    }
}
