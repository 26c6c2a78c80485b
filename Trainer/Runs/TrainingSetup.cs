using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>Everything a training works on. Owns the network and the loop.</summary>
internal sealed record TrainingSetup(
    torch.Device Device, Dataset Dataset, ImageClassifier Network, BatchSources Sources, TrainingLoop Loop) : IDisposable
{
    /// <summary>Images that are in two splits of the dataset.</summary>
    public IReadOnlyList<NearDuplicate> NearDuplicates { get; init; } = [];

    public int StepsPerEpoch => Sources.Train.BatchCount;

    public void Dispose()
    {
        Loop.Dispose();
        Network.Dispose();
    }
}
