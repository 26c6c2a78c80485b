using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Trainer;

/// <summary>Configuration section <c>Trainer</c>.</summary>
public sealed record TrainerOptions
{
    public const string Section = "Trainer";

    /// <summary>Threads of tensor operations; defaults to <c>OMP_NUM_THREADS</c>, otherwise one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Base folder of relative paths in specs (datasets, weights); the working directory when absent.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Folder for files of active runs; in the temporary directory when absent.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Folder of official weights, also the download target; defaults to <c>WEIGHTS_DIR</c>, otherwise in the cache.</summary>
    public string? WeightsDirectory { get; set; }

    /// <summary>Download address of official weights; a mirror needs a trailing slash.</summary>
    public Uri WeightsAddress { get; init; } = new("https://download.pytorch.org/models/");

    /// <summary>Folder of official datasets, also the download target; defaults to <c>DATASETS_DIR</c>, otherwise in the cache.</summary>
    public string? DatasetsDirectory { get; set; }

    /// <summary>Download address of Flowers-102; a mirror needs a trailing slash.</summary>
    public Uri Flowers102Address { get; init; } = new(Flowers102.Address);

    /// <summary>Maximum minutes that a call waits for an unavailable Registry before the job is requeued.</summary>
    public double RegistryPatienceMinutes { get; init; } = 10;

    /// <summary>Minimum seconds between two logged step losses.</summary>
    public double StepMetricSeconds { get; init; } = 2;

    /// <summary>Number of test images uploaded as run artifacts.</summary>
    public int SampleImages { get; init; } = 16;

    /// <summary>Maximum shorter side of these images in pixels; larger ones are scaled down.</summary>
    public int SampleSide { get; init; } = 512;

    public TimeSpan RegistryPatience => TimeSpan.FromMinutes(RegistryPatienceMinutes);

    /// <summary>The folder of a running job's files.</summary>
    public string FolderOf(string jobId) => Path.Combine(Cache, jobId);

    /// <summary>Folder and address of official weights.</summary>
    public FileShelf WeightsShelf => new(FullPath(WeightsDirectory ?? Path.Combine(Cache, "weights")), WeightsAddress, "WEIGHTS_DIR");

    /// <summary>Folder and address of the official Flowers-102 files.</summary>
    public FileShelf Flowers102Shelf =>
        new(Path.Combine(FullPath(DatasetsDirectory ?? Path.Combine(Cache, "datasets")), Flowers102.Folder), Flowers102Address, "DATASETS_DIR");

    /// <summary>The full path of a path in a spec.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetFullPath(BaseDirectory ?? Directory.GetCurrentDirectory()));

    private string Cache => CacheDirectory ?? Path.Combine(Path.GetTempPath(), "linnaeus-trainer");
}
