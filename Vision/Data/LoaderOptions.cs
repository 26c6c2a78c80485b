namespace Linnaeus.Vision.Data;

/// <summary>How images become batches.</summary>
public sealed record LoaderOptions
{
    /// <summary>Side in pixels of the squares that come out of the loader (and that augmentation starts from).</summary>
    public required int Size { get; init; }

    /// <summary>Images in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>A new seeded order every epoch, as in training; otherwise the dataset's own.</summary>
    public bool Shuffle { get; init; }

    /// <summary>
    /// Shows every class as often as the largest: an epoch repeats the images of smaller ones, each equally often up to one, and draws
    /// anew every epoch which are repeated once more. Goes with <see cref="Shuffle"/>.
    /// </summary>
    public bool Oversample { get; init; }

    /// <summary>Leaves out the last batch of an epoch when it is short; kept when it is the only one.</summary>
    public bool DropLast { get; init; }

    /// <summary>Seed of the order.</summary>
    public long Seed { get; init; }

    /// <summary>Memory for decoded images, in bytes: those that fit are decoded once, the others every time.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>Batches made ready in the background at a time; 0 makes them on the caller's thread.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Images of a batch that are decoded at a time, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether batches lie in page-locked memory, from which a GPU copies beside its other work. Needs a CUDA device.</summary>
    public bool Pinned { get; init; }
}
