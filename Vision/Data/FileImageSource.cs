using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>An image in a file.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Decoding">Limits of decoding.</param>
public sealed record FileImageSource(string Path, DecodeOptions Decoding) : IImageSource
{
    public Image Load(int? targetShorterSide = null) =>
        ImageDecoder.DecodeFile(Path, Decoding with { TargetShorterSide = targetShorterSide });

    public Mask? LoadMask() => null;
}
