using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Explanations;

/// <summary>Where the subject of an image is.</summary>
/// <param name="Values">[H, W], 0..1: how much of each pixel belongs to it.</param>
/// <param name="IsMask">Whether somebody marked it; otherwise it is assumed to be in the middle.</param>
public sealed record Subject(float[] Values, bool IsMask)
{
    private const double PriorRadius = 0.35;

    /// <summary>Share of the image that is the subject, 0..1: the focus of a map that is everywhere the same.</summary>
    public double Area => Values.Average(value => (double)value);

    /// <summary>Where nobody marked the subject: a disc in the middle, its radius 0.35 of the side, 38 % of the image.</summary>
    /// <param name="side">Of the square image in pixels.</param>
    public static Subject Center(int side)
    {
        var distances = ControlMaps.Center(side, side);
        return new Subject(Array.ConvertAll(distances, distance => -distance <= PriorRadius * side ? 1f : 0f), IsMask: false);
    }

    /// <summary>A mask brought to the network's input exactly as its image: shorter side to the size, the middle cut out.</summary>
    /// <returns>Null when nothing of the subject is left there.</returns>
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

/// <summary>Whether a network looks at the subject.</summary>
public static class SubjectFocus
{
    /// <summary>
    /// Relevance mass accuracy (Arras, Osman and Samek 2022, "CLEVR-XAI"): the part of the positive attribution that lies on the subject, 0..1. Null where
    /// there is none.
    /// </summary>
    /// <param name="evidence">[H, W], not negative: <see cref="Explanation.PositiveEvidence"/>.</param>
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
