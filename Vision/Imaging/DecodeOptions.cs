namespace Linnaeus.Vision.Imaging;

/// <summary>Bounds of decoding, so that no file can ask for more memory than expected.</summary>
public sealed record DecodeOptions
{
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// Most pixels that a decoded image may have (after scaling, for a JPEG). A JPEG's full size may be four times
    /// this, since a progressive one is buffered whole by its decoder.
    /// </summary>
    public long MaxPixels { get; init; } = 64L << 20;

    /// <summary>Shortest side that is still an image, in pixels; anything smaller is refused.</summary>
    public int MinSide { get; init; } = 8;

    /// <summary>
    /// When set, a JPEG may come out smaller than it is, but its shorter side is then still at least this many pixels:
    /// its decoder scales by 1/2, 1/4 or 1/8 in the cosine domain for less than it costs to decode at full size.
    /// </summary>
    public int? TargetShorterSide { get; init; }
}
