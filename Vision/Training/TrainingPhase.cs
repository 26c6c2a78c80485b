namespace Linnaeus.Vision.Training;

/// <summary>Consecutive epochs that train the same weights, with their own learning rate schedule and optimizer.</summary>
/// <param name="FirstEpoch">Epochs before it.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="Frozen">Whether only the classifier is trained.</param>
/// <param name="PeakRate">Peak learning rate of the classifier.</param>
internal sealed record TrainingPhase(int FirstEpoch, int Epochs, bool Frozen, double PeakRate)
{
    /// <summary>The non-empty phases of a run, in order.</summary>
    public static IReadOnlyList<TrainingPhase> Of(TrainingOptions options)
    {
        var frozen = new TrainingPhase(0, options.FrozenEpochs, true, options.FrozenLearningRate ?? options.LearningRate);
        var tuned = new TrainingPhase(options.FrozenEpochs, options.Epochs - options.FrozenEpochs, false, options.LearningRate);
        return [.. new[] { frozen, tuned }.Where(phase => phase.Epochs > 0)];
    }

    /// <summary>The learning rate by updates of this phase.</summary>
    public LearningRateSchedule Schedule(TrainingOptions options, int updatesPerEpoch) => new(
        PeakRate, (long)Math.Round(options.WarmupEpochs * updatesPerEpoch), (long)Epochs * updatesPerEpoch, options.Schedule);
}
