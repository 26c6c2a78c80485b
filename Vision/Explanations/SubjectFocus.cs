using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Explanations;

/// <summary>The object region of an image.</summary>
/// <param name="Values">[H, W], 0..1: how much of each pixel belongs to the object.</param>
/// <param name="IsMask">Whether a segmentation mask exists; otherwise the object is assumed to be in the center.</param>
public sealed record Subject(float[] Values, bool IsMask)
{
    private const double PriorRadius = 0.35;

    /// <summary>Object area as a fraction of the image, 0..1: the focus of a uniform map (chance level).</summary>
    public double Area => Values.Average(value => (double)value);

    /// <summary>The region without a mask: a centered disc with a radius of 0.35 of the side, 38% of the image.</summary>
    /// <param name="side">Side of the square image in pixels.</param>
    public static Subject Center(int side)
    {
        var distances = ControlMaps.Center(side, side);
        return new Subject(Array.ConvertAll(distances, distance => -distance <= PriorRadius * side ? 1f : 0f), IsMask: false);
    }

    /// <summary>Resizes and center-crops a mask like its image.</summary>
    /// <returns>Null when the object is cropped away.</returns>
    public static Subject? Of(Mask mask, int side)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var gray = new Image(mask.Width, mask.Height);
        for (var i = 0; i < mask.Coverage.Length; i++)
            gray.Pixels.AsSpan(3 * i, 3).Fill(mask.Coverage[i]);
        var square = ImageResizer.ResizeAndCrop(gray, side);
        var values = new float[side * side];
        for (var i = 0; i < values.Length; i++)
            values[i] = square.Pixels[3 * i] / 255f;
        return values.Any(value => value > 0) ? new Subject(values, IsMask: true) : null;
    }
}

/// <summary>Measures whether a network attends to the object.</summary>
public static class SubjectFocus
{
    /// <summary>
    /// Relevance mass accuracy (Arras, Osman and Samek 2022, "CLEVR-XAI"): the fraction of the positive attribution on the object, 0..1. Null if
    /// there is no positive attribution.
    /// </summary>
    /// <param name="evidence">[H, W], non-negative: <see cref="Explanation.PositiveEvidence"/>.</param>
    /// <param name="subject">[H, W].</param>
    public static double? Share(ReadOnlySpan<float> evidence, Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (evidence.Length != subject.Values.Length)
            throw new ArgumentException($"A map of {evidence.Length} pixels does not fit an object mask of {subject.Values.Length}.", nameof(subject));
        var (inside, all) = (0.0, 0.0);
        for (var i = 0; i < evidence.Length; i++)
        {
            inside += evidence[i] * (double)subject.Values[i];
            all += evidence[i];
        }

        return all > 0 ? inside / all : null;
    }
}
