using Linnaeus.Registry.Client;
using Linnaeus.Vision.Training;

namespace Linnaeus.Trainer.Runs;

/// <summary>Maps a spec to training options.</summary>
internal static class Recipe
{
    /// <param name="spec">The training spec.</param>
    /// <param name="precision">The resolved precision.</param>
    public static TrainingOptions Of(TrainingSpec spec, TrainingPrecision precision) => new()
    {
        Epochs = spec.Epochs,
        FrozenEpochs = spec.FrozenEpochs,
        TrainableBlocks = spec.TrainableBlocks,
        FreezeBatchNorm = spec.FreezeBatchNorm,
        Optimizer = spec.Optimizer,
        Momentum = spec.Momentum ?? 0.9,
        LearningRate = spec.LearningRate,
        FrozenLearningRate = spec.FrozenLearningRate,
        BackboneLrFactor = spec.BackboneLrFactor,
        LrDecayPerBlock = spec.LrDecayPerBlock,
        Schedule = spec.Schedule,
        WarmupEpochs = spec.WarmupEpochs,
        WeightDecay = spec.WeightDecay,
        LabelSmoothing = spec.LabelSmoothing,
        EmaDecay = spec.EmaDecay,
        GradientClip = spec.GradientClip,
        AccumulationSteps = spec.AccumulationSteps,
        Precision = precision,
        EarlyStopping = spec.EarlyStopping is { } rule ? new EarlyStopping(rule.Patience, rule.MinDelta) : null,
        Seed = spec.Seed,
    };
}
