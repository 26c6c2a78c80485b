using Linnaeus.Registry.Client;
using Linnaeus.Vision.Training;

namespace Linnaeus.Trainer.Runs;

/// <summary>What a spec says about how to train, as the training loop takes it.</summary>
internal static class Recipe
{
    public static TrainingOptions Of(TrainingSpec spec) => new()
    {
        Epochs = spec.Epochs,
        FrozenEpochs = spec.FrozenEpochs,
        TrainableBlocks = spec.TrainableBlocks,
        FreezeBatchNorm = spec.FreezeBatchNorm,
        Optimizer = spec.Optimizer switch { "adam" => OptimizerKind.Adam, "sgd" => OptimizerKind.Sgd, _ => OptimizerKind.AdamW },
        Momentum = spec.Momentum ?? 0.9,
        LearningRate = spec.LearningRate,
        FrozenLearningRate = spec.FrozenLearningRate,
        BackboneLrFactor = spec.BackboneLrFactor,
        LrDecayPerBlock = spec.LrDecayPerBlock,
        Schedule = spec.Schedule == "constant" ? LearningRateDecay.Constant : LearningRateDecay.Cosine,
        WarmupEpochs = spec.WarmupEpochs,
        WeightDecay = spec.WeightDecay,
        LabelSmoothing = spec.LabelSmoothing,
        EmaDecay = spec.EmaDecay,
        GradientClip = spec.GradientClip,
        AccumulationSteps = spec.AccumulationSteps,
        Precision = spec.Precision == "bf16" ? TrainingPrecision.Bf16 : TrainingPrecision.Fp32,
        EarlyStopping = spec.EarlyStopping is { } rule ? new EarlyStopping(rule.Patience, rule.MinDelta) : null,
        Seed = spec.Seed,
    };
}
