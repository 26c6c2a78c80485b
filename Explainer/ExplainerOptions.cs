using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Explainer;

/// <summary>Configuration section <c>Explainer</c>.</summary>
public sealed record ExplainerOptions
{
    public const string Section = "Explainer";

    /// <summary>Threads of tensor operations; defaults to <c>OMP_NUM_THREADS</c>, otherwise one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Base folder of relative dataset paths, as in the Trainer; the working directory when absent.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Folder of official datasets, which the Trainer downloads; <c>DATASETS_DIR</c> when absent.</summary>
    public string? DatasetsDirectory { get; set; }

    /// <summary>Folder of downloaded model versions; in the temporary directory when absent.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Model versions kept in memory.</summary>
    public int LoadedModels { get; init; } = 4;

    /// <summary>Explanations computed at the same time.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Maximum number of queued explanations; further requests fail with 429.</summary>
    public int QueueLength { get; init; } = 32;

    /// <summary>Largest encoded image in bytes.</summary>
    public int MaximumImageBytes { get; init; } = 32 << 20;

    /// <summary>Minimum side of an image in pixels.</summary>
    public int MinimumImageSide { get; init; } = 8;

    /// <summary>Maximum batch size for queued images of one version.</summary>
    public int BatchImages { get; init; } = 16;

    /// <summary>
    /// Memory in MiB for the points of a path, noisy or covered copies that go through the network in one batch; more points take more batches, not more
    /// memory.
    /// </summary>
    public int PathMemoryMiB { get; init; } = 1024;

    /// <summary>Folder of the official Flowers-102 files; null without a datasets folder.</summary>
    public string? Flowers102Folder => DatasetsDirectory is null ? null : Path.Combine(FullPath(DatasetsDirectory), Flowers102.Folder);

    /// <summary>The full path of a path in a spec.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetFullPath(BaseDirectory ?? Directory.GetCurrentDirectory()));

    /// <summary><see cref="CacheDirectory"/> or its default.</summary>
    public string Folder => CacheDirectory ?? Path.Combine(Path.GetTempPath(), "linnaeus-explainer");
}
