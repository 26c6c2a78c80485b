namespace Linnaeus.Explainer;

/// <summary>Configuration section <c>Explainer</c>.</summary>
public sealed record ExplainerOptions
{
    public const string Section = "Explainer";

    /// <summary>Threads of tensor operations; absent, <c>OMP_NUM_THREADS</c>, else one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Folder of downloaded model versions; absent, a folder of the system's temporary directory.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Model versions kept in memory.</summary>
    public int LoadedModels { get; init; } = 4;

    /// <summary>Explanations computed at the same time.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Explanations that may wait for their turn; more are refused with 429.</summary>
    public int QueueLength { get; init; } = 32;

    /// <summary>Largest encoded image in bytes.</summary>
    public int MaximumImageBytes { get; init; } = 32 << 20;

    /// <summary>Smallest side of an image in pixels: fewer carry nothing to explain.</summary>
    public int MinimumImageSide { get; init; } = 8;

    /// <summary>Most images of one version that are computed together when they wait at the same time.</summary>
    public int BatchImages { get; init; } = 16;

    /// <summary>
    /// Memory in MiB for the points of a path, noisy or covered copies that go through the network in one batch; more points take more batches, not more
    /// memory.
    /// </summary>
    public int PathMemoryMiB { get; init; } = 1024;

    /// <summary><see cref="CacheDirectory"/> or its default.</summary>
    public string Folder => CacheDirectory ?? Path.Combine(Path.GetTempPath(), "linnaeus-explainer");
}
