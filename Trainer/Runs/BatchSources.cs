using Linnaeus.Registry.Client;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using TorchSharp;

namespace Linnaeus.Trainer.Runs;

/// <summary>The batch sources of a dataset's splits.</summary>
/// <param name="Train">Shuffled and augmented.</param>
/// <param name="Validation">Not augmented; null without a validation split.</param>
/// <param name="Test">Not augmented.</param>
/// <param name="Preprocessing">Preprocessing of images, without augmentation.</param>
/// <param name="Pipeline">Augmentation of the training split.</param>
/// <param name="Mixing">Mixing of training batches; null for none.</param>
/// <param name="Effective">Effective ranges of augmentation and mixing, recorded with the run.</param>
internal sealed record BatchSources(
    BatchSource Train, BatchSource? Validation, BatchSource Test, Preprocessing Preprocessing,
    AugmentationPipeline Pipeline, MixingOptions? Mixing, IReadOnlyDictionary<string, string> Effective)
{
    public static BatchSources Create(TrainingSpec spec, Dataset dataset, torch.Device device)
    {
        var preprocessing = new Preprocessing { ImageSize = spec.ImageSize };
        var normalization = new Normalization(preprocessing.Mean, preprocessing.Std);
        var pipeline = AugmentationPresets.Create(spec.Augmentation, spec.ImageSize, normalization);
        var mixing = MixingOf(spec);
        var mixer = mixing is null ? null : new BatchMixer(mixing, dataset.Classes.Count);
        BatchSource Evaluation(IReadOnlyList<Sample> samples) =>
            BatchSource.ForEvaluation(samples, spec.ImageSize, spec.BatchSize, device, normalization);

        return new BatchSources(
            BatchSource.ForTraining(dataset.Train, pipeline, spec.BatchSize, spec.Seed, device, spec.ClassBalance == ClassBalancing.Oversample, mixer),
            dataset.Validation.Count == 0 ? null : Evaluation(dataset.Validation),
            Evaluation(dataset.Test),
            preprocessing,
            pipeline,
            mixing,
            pipeline.Describe().Concat(mixer?.Describe() ?? new Dictionary<string, string>()).ToDictionary());
    }

    private static MixingOptions? MixingOf(TrainingSpec spec)
    {
        if (spec.Mixing == MixingKind.None)
            return null;
        var defaults = new MixingOptions(spec.Mixing);
        return defaults with
        {
            MixupAlpha = spec.MixupAlpha ?? defaults.MixupAlpha,
            CutMixAlpha = spec.CutmixAlpha ?? defaults.CutMixAlpha,
            Probability = spec.MixingProbability ?? defaults.Probability,
            LastEpoch = spec.MixingOffEpochs is > 0 ? spec.Epochs - spec.MixingOffEpochs : null,
        };
    }
}
