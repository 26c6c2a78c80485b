namespace Linnaeus.Vision.Training;

/// <summary>One optimizer step.</summary>
/// <param name="Epoch">Epoch from 1.</param>
/// <param name="Step">Step within the epoch from 1.</param>
/// <param name="Steps">Steps in the epoch.</param>
/// <param name="GlobalStep">Step from 1 over all epochs.</param>
/// <param name="Loss">Mean loss of the batch, with label smoothing.</param>
/// <param name="Correct">Correct predictions in the batch.</param>
/// <param name="Images">Images in the batch.</param>
/// <param name="LearningRate">Learning rate of this step.</param>
public sealed record StepReport(
    int Epoch, int Step, int Steps, long GlobalStep, double Loss, int Correct, int Images, double LearningRate);

/// <summary>One finished epoch.</summary>
public sealed record EpochReport
{
    /// <summary>Epoch from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Total epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Mean training loss per image, with label smoothing.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Training accuracy in 0..1, measured on the augmented images during training.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Mean validation loss per image, without label smoothing; null without validation images.</summary>
    public double? ValLoss { get; init; }

    /// <summary>Validation accuracy in 0..1, of the EMA weights if enabled; null without validation images.</summary>
    public double? ValAccuracy { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Training throughput of this process's part of the epoch, including data loading.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Duration of the epoch in this process, including validation.</summary>
    public required double EpochSeconds { get; init; }

    /// <summary>Whether this epoch is the best so far, see <see cref="BestEpoch"/>.</summary>
    public required bool IsBest { get; init; }
}

/// <summary>The best epoch so far: the highest validation accuracy, among equals the lowest loss, among equals the first.</summary>
/// <param name="Epoch">Epoch from 1.</param>
/// <param name="Accuracy">Validation accuracy in 0..1; null without validation images.</param>
/// <param name="Loss">Validation loss, or the training loss without validation images.</param>
public sealed record BestEpoch(int Epoch, double? Accuracy, double Loss)
{
    internal bool IsBetterThan(BestEpoch? other) =>
        other is null || (Accuracy ?? 0, -Loss).CompareTo((other.Accuracy ?? 0, -other.Loss)) > 0;
}

/// <summary>Training diverged: the loss is not finite.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TrainingDivergedException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception over its cause.</summary>
    public TrainingDivergedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public TrainingDivergedException()
    {
    }
}
