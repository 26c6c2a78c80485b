namespace Linnaeus.Vision.Training;

/// <summary>How to train: everything that decides the result beside the network, the data and the number of threads.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Peak learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>What follows the warm-up.</summary>
    public LearningRateDecay Schedule { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Epochs of linear warm-up, may be fractional.</summary>
    public double WarmupEpochs { get; init; } = 1;

    /// <summary>Decoupled weight decay of weights with two or more dimensions; biases and normalisation have none.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Share of the target spread evenly over all classes: 0 up to, but not including, 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Decay per step of the moving average of the weights, between 0 and 1; null keeps no average.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Seed of dropout and stochastic depth; the data source has its own.</summary>
    public long Seed { get; init; }

    /// <exception cref="ArgumentException">A value outside its range; the message names it.</exception>
    internal void Check()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs);
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate);
        Require(WarmupEpochs >= 0 && WarmupEpochs <= Epochs, nameof(WarmupEpochs), WarmupEpochs);
        Require(WeightDecay is >= 0 and <= 1, nameof(WeightDecay), WeightDecay);
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing);
        Require(EmaDecay is null or (> 0 and < 1), nameof(EmaDecay), EmaDecay);
    }

    private static void Require(bool holds, string name, object? value)
    {
        if (!holds)
            throw new ArgumentException($"{name} cannot be {value}.");
    }
}

/// <summary>Course of the learning rate after warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Falls to 0 along half a cosine.</summary>
    Cosine,

    /// <summary>Stays at the peak.</summary>
    Constant,
}
