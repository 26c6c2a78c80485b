namespace Linnaeus.Vision.Training;

/// <summary>Progress within an epoch.</summary>
/// <param name="Steps">Steps done in this epoch.</param>
/// <param name="Images">Images seen in this epoch.</param>
/// <param name="Correct">Correct predictions.</param>
/// <param name="LossSum">Sum of their losses.</param>
public sealed record EpochProgress(int Steps, long Images, long Correct, double LossSum)
{
    /// <summary>Mean loss of the images seen; 0 before the first.</summary>
    internal double MeanLoss => Images == 0 ? 0 : LossSum / Images;

    /// <summary>Accuracy; 0 before the first image.</summary>
    internal double Accuracy => Images == 0 ? 0 : (double)Correct / Images;

    internal EpochProgress After(StepReport step) =>
        new(Steps + 1, Images + step.Images, Correct + step.Correct, LossSum + (step.Loss * step.Images));
}

/// <summary>State of early stopping.</summary>
/// <param name="Best">Highest validation accuracy that counted as progress, in 0..1; 0 before the first.</param>
/// <param name="Waited">Epochs since.</param>
public sealed record StoppingState(double Best, int Waited)
{
    internal bool IsOver(EarlyStopping? rule) => rule is not null && Waited >= rule.Patience;

    internal StoppingState After(double accuracy, EarlyStopping rule) =>
        accuracy > Best + rule.MinDelta ? new StoppingState(accuracy, 0) : this with { Waited = Waited + 1 };
}

/// <summary>Content of a checkpoint's <c>state.json</c>.</summary>
public sealed record TrainingState
{
    /// <summary>Version of this file's layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Finished epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>Progress of the current epoch; all zero at an epoch's end.</summary>
    public required EpochProgress Progress { get; init; }

    /// <summary>The best epoch so far.</summary>
    public BestEpoch? Best { get; init; }

    /// <summary>State of early stopping.</summary>
    public StoppingState Stopping { get; init; } = new(0, 0);

    /// <summary>Whether the checkpoint contains accumulated gradients of an unfinished update.</summary>
    public bool MidUpdate { get; init; }

    /// <summary>Batches per epoch; must match on restore.</summary>
    public required int BatchCount { get; init; }

    /// <summary>Optimizer updates so far.</summary>
    public long OptimizerSteps { get; init; }

    /// <summary>Options of the run.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>SHA-256 in lower-case hex of each other file of the checkpoint.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
