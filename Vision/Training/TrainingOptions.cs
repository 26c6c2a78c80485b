namespace Linnaeus.Vision.Training;

/// <summary>Training options: together with network, data and thread count they determine the result.</summary>
public sealed record TrainingOptions
{
    /// <summary>Epochs of all phases, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Initial epochs that train only the classifier: 0 to <see cref="Epochs"/>.</summary>
    public int FrozenEpochs { get; init; }

    /// <summary>Number of last backbone blocks trained after the frozen epochs; null trains all.</summary>
    public int? TrainableBlocks { get; init; }

    /// <summary>Freezes the statistics, scales and shifts of batch normalization. Untrained blocks always do.</summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>The optimizer.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>: 0 up to, but not including, 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Peak learning rate of the classifier, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Peak learning rate in the frozen epochs, above 0; null takes <see cref="LearningRate"/>.</summary>
    public double? FrozenLearningRate { get; init; }

    /// <summary>Learning rate multiplier of the backbone's last block: above 0, at most 1.</summary>
    public double BackboneLrFactor { get; init; } = 1;

    /// <summary>
    /// Layer-wise learning rate decay from each block to the previous one, towards the stem: above 0, at most 1 (Howard and Ruder 2018, "ULMFiT",
    /// discriminative fine-tuning).
    /// </summary>
    public double LrDecayPerBlock { get; init; } = 1;

    /// <summary>Learning rate schedule after the warmup of each phase.</summary>
    public LearningRateDecay Schedule { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Linear warmup epochs of each phase, may be fractional; at most the shortest phase.</summary>
    public double WarmupEpochs { get; init; } = 1;

    /// <summary>
    /// Weight decay of weights with two or more dimensions, not of biases and normalization. Decoupled for AdamW, added to the gradient for
    /// the others.
    /// </summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Label smoothing: 0 up to, but not including, 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>EMA decay per update, between 0 and 1; null disables EMA.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Max global norm for gradient clipping, above 0; null disables clipping.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Gradient accumulation: batches per update, at least 1. The last update of an epoch may have fewer.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Precision of the trained backbone; weights, updates, frozen features and evaluation are always float32.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Early stopping; null disables it.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Seed of dropout and stochastic depth; the data source has its own.</summary>
    public long Seed { get; init; }

    /// <exception cref="ArgumentException">A value outside its range; the message names it.</exception>
    internal void Check()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs);
        Require(FrozenEpochs >= 0 && FrozenEpochs <= Epochs, nameof(FrozenEpochs), FrozenEpochs);
        Require(TrainableBlocks is null or >= 0, nameof(TrainableBlocks), TrainableBlocks);
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum);
        Require(IsRate(LearningRate), nameof(LearningRate), LearningRate);
        Require(FrozenLearningRate is null || IsRate(FrozenLearningRate.Value), nameof(FrozenLearningRate), FrozenLearningRate);
        Require(BackboneLrFactor is > 0 and <= 1, nameof(BackboneLrFactor), BackboneLrFactor);
        Require(LrDecayPerBlock is > 0 and <= 1, nameof(LrDecayPerBlock), LrDecayPerBlock);
        Require(WarmupEpochs >= 0 && TrainingPhase.Of(this).All(phase => WarmupEpochs <= phase.Epochs), nameof(WarmupEpochs), WarmupEpochs);
        Require(WeightDecay is >= 0 and <= 1, nameof(WeightDecay), WeightDecay);
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing);
        Require(EmaDecay is null or (> 0 and < 1), nameof(EmaDecay), EmaDecay);
        Require(GradientClip is null or > 0, nameof(GradientClip), GradientClip);
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps);
        Require(EarlyStopping is null or { Patience: >= 1, MinDelta: >= 0 }, nameof(EarlyStopping), EarlyStopping);
    }

    private static bool IsRate(double value) => value > 0 && double.IsFinite(value);

    private static void Require(bool holds, string name, object? value)
    {
        if (!holds)
            throw new ArgumentException($"{name} is out of range: {value}.");
    }
}

/// <summary>Precision of forward and backward passes.</summary>
public enum TrainingPrecision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>
    /// bfloat16 but for the classifier, batch statistics and, on CPUs, large depthwise convolutions: about half the memory for activations.
    /// <see cref="PrecisionChoice"/> says where it is faster. It needs no loss scaling.
    /// </summary>
    Bf16,
}

/// <summary>
/// Stops the run when the validation accuracy has not improved by more than <paramref name="MinDelta"/> for <paramref name="Patience"/> epochs in a
/// row. Epochs of an earlier phase do not count.
/// </summary>
/// <param name="Patience">Epochs, at least 1.</param>
/// <param name="MinDelta">Accuracy in 0..1, at least 0.</param>
public sealed record EarlyStopping(int Patience, double MinDelta = 0);
