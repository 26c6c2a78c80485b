using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>Where a sample's image comes from: a file, or a drawing.</summary>
public interface IImageSource
{
    /// <summary>The image; its shorter side has at least <paramref name="targetShorterSide"/> pixels where the original has.</summary>
    /// <exception cref="ImageFormatException">The file is no longer an intact image.</exception>
    Image Load(int? targetShorterSide = null);

    /// <summary>Which pixels belong to the object, at the size of <see cref="Load"/> without target; <c>null</c> where nobody knows.</summary>
    Mask? LoadMask();
}

/// <summary>One labeled image.</summary>
/// <param name="Id">Path relative to the dataset with <c>/</c> between the parts, or a drawing's name: unique in the dataset.</param>
/// <param name="Label">Index into the dataset's classes.</param>
/// <param name="Source">Where its image comes from.</param>
public sealed record Sample(string Id, int Label, IImageSource Source)
{
    /// <summary>SHA-256 of the file in lower-case hex; of its recipe where the image is a drawing. It names the image wherever it lies.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A file of a dataset that was left out, and why.</summary>
/// <param name="Id">Path relative to the dataset.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record SkippedFile(string Id, string Fault);
