using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>Source of a sample's image: a file or a synthetic image.</summary>
public interface IImageSource
{
    /// <summary>The image; its shorter side has at least <paramref name="targetShorterSide"/> pixels if the original does.</summary>
    /// <exception cref="ImageFormatException">The file is no longer a valid image.</exception>
    Image Load(int? targetShorterSide = null);

    /// <summary>The object's segmentation mask at the size of <see cref="Load"/> without target; null if unknown.</summary>
    Mask? LoadMask();
}

/// <summary>One labeled image.</summary>
/// <param name="Id">Path relative to the dataset with <c>/</c> separators, or a synthetic image's name; unique in the dataset.</param>
/// <param name="Label">Index into the dataset's classes.</param>
/// <param name="Source">Source of the image.</param>
public sealed record Sample(string Id, int Label, IImageSource Source)
{
    /// <summary>SHA-256 of the file in lower-case hex, or of the parameters of a synthetic image.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A skipped file of a dataset.</summary>
/// <param name="Id">Path relative to the dataset.</param>
/// <param name="Fault">The reason.</param>
public sealed record SkippedFile(string Id, string Fault);
