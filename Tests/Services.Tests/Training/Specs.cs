using Linnaeus.Registry.Client;

namespace Linnaeus.Services.Tests.Training;

internal static class Specs
{
    /// <summary>A run of seconds: 3 classes, 8 steps an epoch, 64 pixels.</summary>
    public static TrainingSpec Tiny(string model) => new()
    {
        Name = "tiny",
        Experiment = "services-tests",
        Model = model,
        Dataset = "synthetic-flowers",
        Synthetic = new SyntheticDatasetOptions { Classes = 3, TrainPerClass = 12, ValPerClass = 3, TestPerClass = 3 },
        ImageSize = 64,
        BatchSize = 4,
        Epochs = 2,
        WarmupEpochs = 0.5,
        Robustness = false,
        Device = "cpu",
        Seed = 7,
    };
}
