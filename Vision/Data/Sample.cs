using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>Where a sample's picture comes from: a file, or a drawing.</summary>
public interface IImageSource
{
    /// <summary>The picture; its shorter side has at least <paramref name="targetShorterSide"/> pixels where the original has.</summary>
    /// <exception cref="ImageFormatException">The file is no longer an intact picture.</exception>
    Image Load(int? targetShorterSide = null);

    /// <summary>Which pixels belong to the object, at the size of <see cref="Load"/> without target; <c>null</c> where nobody knows.</summary>
    Mask? LoadMask();
}

/// <summary>One labelled picture.</summary>
/// <param name="Id">Path relative to the dataset with <c>/</c> between the parts, or a drawing's name: unique in the dataset.</param>
/// <param name="Label">Index into the dataset's classes.</param>
/// <param name="Source">Where its picture comes from.</param>
public sealed record Sample(string Id, int Label, IImageSource Source)
{
    /// <summary>SHA-256 of the file in lower-case hex; of its recipe where the picture is a drawing. It names the picture wherever it lies.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A file of a dataset that was left out, and why.</summary>
/// <param name="Id">Path relative to the dataset.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record SkippedFile(string Id, string Fault);
