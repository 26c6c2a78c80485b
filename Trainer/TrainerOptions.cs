using Linnaeus.Trainer.Downloads;
using Linnaeus.Vision.Data.Oxford;

namespace Linnaeus.Trainer;

/// <summary>Configuration section <c>Trainer</c>.</summary>
public sealed record TrainerOptions
{
    public const string Section = "Trainer";

    /// <summary>Threads of tensor operations; absent, <c>OMP_NUM_THREADS</c>, else one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Folder from which relative paths in specs are meant (datasets, weights); absent, the process's own.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Folder for files of a run in progress; absent, one in the system's temporary directory.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Folder of official weights, looked into first and downloaded to; absent, <c>WEIGHTS_DIR</c>, else one in the cache.</summary>
    public string? WeightsDirectory { get; set; }

    /// <summary>Where official weights are downloaded from, if not from PyTorch's own address: a mirror's, with a slash at the end.</summary>
    public Uri WeightsAddress { get; init; } = new("https://download.pytorch.org/models/");

    /// <summary>Folder of official datasets, looked into first and downloaded to; absent, <c>DATASETS_DIR</c>, else one in the cache.</summary>
    public string? DatasetsDirectory { get; set; }

    /// <summary>Where Flowers-102 is downloaded from, if not from its authors' address: a mirror's, with a slash at the end.</summary>
    public Uri Flowers102Address { get; init; } = new(Flowers102.Address);

    /// <summary>Longest time in minutes that one call waits for an unreachable Registry before the job goes back to the queue.</summary>
    public double RegistryPatienceMinutes { get; init; } = 10;

    /// <summary>Shortest time in seconds between two logged losses of single steps.</summary>
    public double StepMetricSeconds { get; init; } = 2;

    /// <summary>Test images kept as artifacts of a run.</summary>
    public int SampleImages { get; init; } = 16;

    /// <summary>Longest shorter side in pixels of such an image; larger ones are reduced.</summary>
    public int SampleSide { get; init; } = 512;

    public TimeSpan RegistryPatience => TimeSpan.FromMinutes(RegistryPatienceMinutes);

    /// <summary>The folder of a job's files while it runs here.</summary>
    public string FolderOf(string jobId) => Path.Combine(Cache, jobId);

    /// <summary>Where official weights are found and kept.</summary>
    public FileShelf WeightsShelf => new(FullPath(WeightsDirectory ?? Path.Combine(Cache, "weights")), WeightsAddress, "WEIGHTS_DIR");

    /// <summary>Where the official files of Flowers-102 are found and kept.</summary>
    public FileShelf Flowers102Shelf =>
        new(Path.Combine(FullPath(DatasetsDirectory ?? Path.Combine(Cache, "datasets")), Flowers102.Folder), Flowers102Address, "DATASETS_DIR");

    /// <summary>The full path that a spec's path means.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetFullPath(BaseDirectory ?? Directory.GetCurrentDirectory()));

    private string Cache => CacheDirectory ?? Path.Combine(Path.GetTempPath(), "linnaeus-trainer");
}
