namespace Linnaeus.Vision.Training;

/// <summary>How to train: everything that decides the result beside the network, the data and the number of threads.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data in all phases, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The first epochs, in which only the classifier is trained: 0 to <see cref="Epochs"/>.</summary>
    public int FrozenEpochs { get; init; }

    /// <summary>Blocks of the backbone, counted from the classifier, that are trained after the frozen epochs; null trains all of them.</summary>
    public int? TrainableBlocks { get; init; }

    /// <summary>Leaves batch normalization as it came: its statistics, scales and shifts. A block that is not trained has it left so in any case.</summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>What turns gradients into updates.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>: 0 up to, but not including, 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Peak learning rate of the classifier, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Peak learning rate in the frozen epochs, above 0; null takes <see cref="LearningRate"/>.</summary>
    public double? FrozenLearningRate { get; init; }

    /// <summary>Learning rate of the backbone's last block as a multiple of the classifier's: above 0, at most 1.</summary>
    public double BackboneLrFactor { get; init; } = 1;

    /// <summary>
    /// Factor on the learning rate from each block to the one before it, towards the stem: above 0, at most 1 (Howard and Ruder 2018, "ULMFiT",
    /// discriminative fine-tuning).
    /// </summary>
    public double LrDecayPerBlock { get; init; } = 1;

    /// <summary>What follows the warm-up, in each phase anew.</summary>
    public LearningRateDecay Schedule { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Epochs of linear warm-up at the beginning of each phase, may be fractional; at most the shortest phase.</summary>
    public double WarmupEpochs { get; init; } = 1;

    /// <summary>
    /// Weight decay of weights with two or more dimensions; biases and normalization have none. Decoupled for AdamW, added to the gradient for
    /// the others.
    /// </summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Share of the target spread evenly over all classes: 0 up to, but not including, 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Decay per update of the moving average of the weights, between 0 and 1; null keeps no average.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Largest norm of all gradients together, above 0: longer ones are shortened to it; null leaves them.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Batches whose gradients are averaged to one update, at least 1. The last update of an epoch may have fewer.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>What the backbone computes in while it is trained; weights, updates, frozen features and evaluation are float32 in any case.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>When to end before the last epoch; null never does.</summary>
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

/// <summary>What forward and backward passes compute in.</summary>
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
/// Ends the training when the validation accuracy has not grown by more than <paramref name="MinDelta"/> for <paramref name="Patience"/> epochs in a
/// row. Epochs of an earlier phase do not count.
/// </summary>
/// <param name="Patience">Epochs, at least 1.</param>
/// <param name="MinDelta">Accuracy in 0..1, at least 0.</param>
public sealed record EarlyStopping(int Patience, double MinDelta = 0);
