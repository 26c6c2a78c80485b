using Linnaeus.Registry.Client;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>A dataset's splits in batches, prepared as a spec asks.</summary>
/// <param name="Train">Shuffled and augmented.</param>
/// <param name="Validation">As is; null where there is no validation split.</param>
/// <param name="Test">As is.</param>
/// <param name="Preprocessing">How an image becomes the network's input, augmentation aside.</param>
/// <param name="Augmentation">Effective ranges, as they are recorded with the run.</param>
internal sealed record BatchSources(
    BatchSource Train, BatchSource? Validation, BatchSource Test, Preprocessing Preprocessing, IReadOnlyDictionary<string, string> Augmentation)
{
    public static BatchSources Create(TrainingSpec spec, Dataset dataset, torch.Device device)
    {
        var preprocessing = new Preprocessing { ImageSize = spec.ImageSize };
        var normalization = new Normalization(preprocessing.Mean, preprocessing.Std);
        var pipeline = AugmentationPresets.Create(spec.Augmentation, spec.ImageSize, normalization);
        BatchSource Evaluation(IReadOnlyList<Sample> samples) =>
            BatchSource.ForEvaluation(samples, spec.ImageSize, spec.BatchSize, device, normalization);

        return new BatchSources(
            BatchSource.ForTraining(dataset.Train, pipeline, spec.BatchSize, spec.Seed, device, oversample: spec.ClassBalance == "oversample"),
            dataset.Validation.Count == 0 ? null : Evaluation(dataset.Validation),
            Evaluation(dataset.Test),
            preprocessing,
            pipeline.Describe());
    }
}
