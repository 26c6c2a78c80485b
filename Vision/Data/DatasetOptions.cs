using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data;

/// <summary>How a dataset is opened.</summary>
public sealed record DatasetOptions
{
    /// <summary>Share of the training split that is held back when there is no validation split: 0 (none) to 0.5.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Seed of the splits that the program makes.</summary>
    public long Seed { get; init; }

    /// <summary>Fewer images than there are, for trials; null takes all.</summary>
    public DatasetSubset? Subset { get; init; }

    /// <summary>Bounds of decoding.</summary>
    public DecodeOptions Decoding { get; init; } = DecodeOptions.Default;

    /// <summary>Files read and checked at a time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Folder of the official files; only for <c>flowers102</c>.</summary>
    public string? Flowers102Folder { get; init; }

    /// <summary>What to draw; only for <c>synthetic-flowers</c>.</summary>
    public SyntheticFlowersOptions Synthetic { get; init; } = new();
}

/// <summary>Size of the drawn dataset.</summary>
public sealed record SyntheticFlowersOptions
{
    /// <summary>Species to draw: 2 to 12.</summary>
    public int Classes { get; init; } = 6;

    /// <summary>Training images of each: 1 to 10000.</summary>
    public int TrainPerClass { get; init; } = 40;

    /// <summary>Validation images of each: 0 to 10000.</summary>
    public int ValPerClass { get; init; } = 10;

    /// <summary>Test images of each: 1 to 10000.</summary>
    public int TestPerClass { get; init; } = 10;

    /// <summary>Seed of the drawing.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Side of the drawn square in pixels: 32 to 1024.</summary>
    public int Side { get; init; } = 192;
}
