using System.Globalization;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>
/// Covers a box of some images with the color that normalizes to 0 (Zhong et al. 2020, "Random Erasing Data Augmentation"; box and color as
/// torchvision's <c>RandomErasing</c>): area and log aspect are uniform; a box that does not fit is redrawn up to ten times.
/// </summary>
public sealed record RandomErasing : IPixelStep
{
    private readonly Normalization _normalization;

    /// <param name="probability">Probability per image: above 0, at most 1.</param>
    /// <param name="area">Share of the image's area, within (0, 1).</param>
    /// <param name="aspect">Height over width, above 0.</param>
    /// <param name="normalization">Defines the color that becomes 0; ImageNet's when absent.</param>
    /// <exception cref="ArgumentException">A probability or range is invalid.</exception>
    public RandomErasing(double probability, DrawRange area, DrawRange aspect, Normalization? normalization = null)
    {
        if (probability is not (> 0 and <= 1))
            throw new ArgumentException($"The erasing probability must be above 0 and at most 1, got {probability}.", nameof(probability));
        if (area.Low <= 0 || area.High >= 1)
            throw new ArgumentException($"The erased area {area} must be within (0, 1).", nameof(area));
        if (aspect.Low <= 0)
            throw new ArgumentException($"The aspect range {aspect} must be above 0.", nameof(aspect));
        (Probability, Area, Aspect, _normalization) = (probability, area, aspect, normalization ?? Normalization.ImageNet);
    }

    public double Probability { get; }

    public DrawRange Area { get; }

    public DrawRange Aspect { get; }

    public Tensor Apply(Tensor images, CounterRandom[] random)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(random);
        using var scope = NewDisposeScope();
        var color = tensor(_normalization.Mean.Select(mean => 255 * mean).ToArray(), [3, 1, 1], device: images.device);
        for (var i = 0; i < random.Length; i++)
        {
            if (Draw(ref random[i], (int)images.shape[2], (int)images.shape[3]) is not { } box)
                continue;
            images.select(0, i).narrow(1, box.Top, box.Height).narrow(2, box.Left, box.Width).copy_(color);
        }
        return images;
    }

    public (string Name, string Value) Describe() => ("random_erasing", string.Create(
        CultureInfo.InvariantCulture, $"p={Probability}, area {Area}, aspect {Aspect}, filled with the mean color"));

    private (int Top, int Left, int Height, int Width)? Draw(ref CounterRandom random, int rows, int columns)
    {
        if (!random.Chance(Probability))
            return null;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = random.Uniform(Area.Low, Area.High) * rows * columns;
            var aspect = Math.Exp(random.Uniform(Math.Log(Aspect.Low), Math.Log(Aspect.High)));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (height is > 0 && width is > 0 && height < rows && width < columns)
                return (random.NextInt(rows - height + 1), random.NextInt(columns - width + 1), height, width);
        }
        return null;
    }
}
