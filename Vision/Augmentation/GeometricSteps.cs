using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Width and height of an image in pixels.</summary>
public readonly record struct FrameSize(double Width, double Height);

/// <summary>A geometric augmentation: draws one affine map per image; the maps of several steps are composed.</summary>
public interface IGeometricStep
{
    /// <summary>Draws the map of one image from output to input pixels.</summary>
    /// <param name="random">The image's own stream.</param>
    /// <param name="input">Size before the step.</param>
    /// <param name="output">Size after it; equal to <paramref name="input"/> for all steps but the first.</param>
    AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output);

    /// <summary>Name and effective ranges, as they are logged.</summary>
    (string Name, string Value) Describe();
}

/// <summary>Mirrors along each chosen axis independently with probability 1/2.</summary>
public sealed record RandomFlip(bool Horizontal, bool Vertical) : IGeometricStep
{
    public AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output)
    {
        var horizontal = Horizontal && random.Chance(0.5);
        var vertical = Vertical && random.Chance(0.5);
        return AffineMap.Flip(horizontal, vertical, output.Width, output.Height);
    }

    public (string Name, string Value) Describe() => ("random_flip", (Horizontal, Vertical) switch
    {
        (true, true) => "horizontal and vertical, independently with p=0.5",
        (true, false) => "horizontal, p=0.5",
        (false, true) => "vertical, p=0.5",
        _ => "never",
    });
}

/// <summary>Rotates about the center. Keras' <c>RandomRotation(f)</c> has the degrees [-360 f, 360 f].</summary>
public sealed record RandomRotation(DrawRange Degrees) : IGeometricStep
{
    public AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output) =>
        AffineMap.Rotation(random.Uniform(Degrees.Low, Degrees.High), output.Width, output.Height);

    public (string Name, string Value) Describe() => ("random_rotation", $"{Degrees} degrees, positive is counterclockwise");
}

/// <summary>Zooms both axes equally: a factor of 0.2 shrinks the image to 1/1.2, a negative factor enlarges it.</summary>
public sealed record RandomZoom : IGeometricStep
{
    /// <exception cref="ArgumentException">The lower end is -1 or less.</exception>
    public RandomZoom(DrawRange factor)
    {
        if (factor.Low <= -1)
            throw new ArgumentException($"The zoom factor range {factor} must stay above -1.", nameof(factor));
        Factor = factor;
    }

    public DrawRange Factor { get; }

    public AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output)
    {
        var factor = random.Uniform(Factor.Low, Factor.High);
        return AffineMap.Zoom(factor, factor, output.Width, output.Height);
    }

    public (string Name, string Value) Describe() => ("random_zoom", $"{Factor}, positive shrinks the image");
}

/// <summary>Shifts by fractions of the height (positive is down) and of the width (positive is right).</summary>
public sealed record RandomTranslation(DrawRange Height, DrawRange Width) : IGeometricStep
{
    public AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output)
    {
        var height = random.Uniform(Height.Low, Height.High);
        return AffineMap.Translation(height, random.Uniform(Width.Low, Width.High), output.Width, output.Height);
    }

    public (string Name, string Value) Describe() => ("random_translation", $"height {Height}, width {Width}, positive is down and right");
}

/// <summary>
/// Crops a box of random area and aspect ratio and resizes it to the output (Szegedy et al., "Going deeper with
/// convolutions", 2014). The log of the aspect is uniform; a box that does not fit is redrawn up to ten times,
/// then the whole image is used. Edges are real-valued, and a box larger than the output is sampled without antialiasing.
/// </summary>
public sealed record RandomResizedCrop : IGeometricStep
{
    /// <param name="area">Fraction of the image's area, within (0, 1].</param>
    /// <param name="aspect">Width over height, above 0.</param>
    /// <exception cref="ArgumentException">A range is invalid.</exception>
    public RandomResizedCrop(DrawRange area, DrawRange aspect)
    {
        if (area.Low <= 0 || area.High > 1)
            throw new ArgumentException($"The area range {area} must be within (0, 1].", nameof(area));
        if (aspect.Low <= 0)
            throw new ArgumentException($"The aspect range {aspect} must be above 0.", nameof(aspect));
        (Area, Aspect) = (area, aspect);
    }

    public DrawRange Area { get; }

    public DrawRange Aspect { get; }

    public AffineMap Draw(ref CounterRandom random, FrameSize input, FrameSize output)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = random.Uniform(Area.Low, Area.High) * input.Width * input.Height;
            var aspect = Math.Exp(random.Uniform(Math.Log(Aspect.Low), Math.Log(Aspect.High)));
            var (width, height) = (Math.Sqrt(area * aspect), Math.Sqrt(area / aspect));
            if (width > input.Width || height > input.Height)
                continue;
            var left = random.Uniform(0, input.Width - width);
            return AffineMap.Crop(left, random.Uniform(0, input.Height - height), width, height, output.Width, output.Height);
        }
        return AffineMap.Crop(0, 0, input.Width, input.Height, output.Width, output.Height);
    }

    public (string Name, string Value) Describe() => ("random_resized_crop", $"area {Area}, aspect {Aspect}");
}
