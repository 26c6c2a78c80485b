namespace Linnaeus.Vision.Imaging;

/// <summary>Limits of decoding, so that no file can use more memory than expected.</summary>
public sealed record DecodeOptions
{
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// Maximum pixels of a decoded image (for a JPEG, after scaling). A JPEG's full size may be four times
    /// this, because the decoder buffers a progressive one completely.
    /// </summary>
    public long MaxPixels { get; init; } = 64L << 20;

    /// <summary>Minimum side in pixels; smaller images are rejected.</summary>
    public int MinSide { get; init; } = 8;

    /// <summary>
    /// When set, a JPEG may be decoded at a reduced size whose shorter side is at least this many pixels:
    /// scaling by 1/2, 1/4 or 1/8 in the cosine domain is cheaper than decoding at full size.
    /// </summary>
    public int? TargetShorterSide { get; init; }
}
