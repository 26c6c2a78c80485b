using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>The prepared state of a run. Owns the network and the loop.</summary>
internal sealed record TrainingSetup(
    torch.Device Device, Dataset Dataset, ImageClassifier Network, BatchSources Sources, TrainingLoop Loop) : IDisposable
{
    /// <summary>Near duplicates across the dataset's splits.</summary>
    public IReadOnlyList<NearDuplicate> NearDuplicates { get; init; } = [];

    public int StepsPerEpoch => Sources.Train.BatchCount;

    public void Dispose()
    {
        Loop.Dispose();
        Network.Dispose();
    }
}
