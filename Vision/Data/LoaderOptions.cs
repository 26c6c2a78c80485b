namespace Linnaeus.Vision.Data;

/// <summary>Options of image loading.</summary>
public sealed record LoaderOptions
{
    /// <summary>Side in pixels of the loaded squares, the input of augmentation.</summary>
    public required int Size { get; init; }

    /// <summary>Images in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Shuffles every epoch by the seed; otherwise keeps dataset order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>
    /// Oversamples every class to the size of the largest: its images occur equally often up to one, and those that
    /// occur once more change every epoch. Requires <see cref="Shuffle"/>.
    /// </summary>
    public bool Oversample { get; init; }

    /// <summary>Drops a short last batch unless it is the only one.</summary>
    public bool DropLast { get; init; }

    /// <summary>Seed of the order.</summary>
    public long Seed { get; init; }

    /// <summary>Cache size for decoded images in bytes; images that do not fit are decoded every epoch.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>Batches prefetched in the background; 0 loads on the caller's thread.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Decoding threads per batch, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether batches use pinned memory for asynchronous copies to the GPU. Needs a CUDA device.</summary>
    public bool Pinned { get; init; }
}
