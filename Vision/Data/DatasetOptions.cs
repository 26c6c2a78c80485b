using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>How a dataset is opened.</summary>
public sealed record DatasetOptions
{
    /// <summary>Fraction of the training split used for validation if there is no validation split: 0 (none) to 0.5.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Seed of random splits.</summary>
    public long Seed { get; init; }

    /// <summary>A stratified subset for quick tests; null uses all images.</summary>
    public DatasetSubset? Subset { get; init; }

    /// <summary>Limits of decoding.</summary>
    public DecodeOptions Decoding { get; init; } = DecodeOptions.Default;

    /// <summary>Number of files read and verified in parallel.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Folder of the official files; only for <c>flowers102</c>.</summary>
    public string? Flowers102Folder { get; init; }

    /// <summary>What to generate; only for <c>synthetic-flowers</c>.</summary>
    public SyntheticFlowersOptions Synthetic { get; init; } = new();
}

/// <summary>Size of the synthetic dataset.</summary>
public sealed record SyntheticFlowersOptions
{
    /// <summary>Number of classes: 2 to 12.</summary>
    public int Classes { get; init; } = 6;

    /// <summary>Training images per class: 1 to 10000.</summary>
    public int TrainPerClass { get; init; } = 40;

    /// <summary>Validation images per class: 0 to 10000.</summary>
    public int ValPerClass { get; init; } = 10;

    /// <summary>Test images per class: 1 to 10000.</summary>
    public int TestPerClass { get; init; } = 10;

    /// <summary>Seed of the images.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Image size in pixels: 32 to 1024.</summary>
    public int Side { get; init; } = 192;
}
