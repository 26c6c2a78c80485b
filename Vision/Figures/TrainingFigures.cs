using Linnaeus.Vision.Training;

namespace Linnaeus.Vision.Figures;

/// <summary>Learning curves of a run as SVG.</summary>
public static class TrainingFigures
{
    /// <summary>Training and validation loss by epoch.</summary>
    public static string Loss(IReadOnlyList<EpochReport> epochs) => LineChart.Draw("Loss", "Epoch", "Cross-entropy (nats)",
    [
        new("training", [.. epochs.Select(e => ((double)e.Epoch, (double?)e.TrainLoss))]),
        new("validation", [.. epochs.Select(e => ((double)e.Epoch, e.ValLoss))]),
    ]);

    /// <summary>Training and validation accuracy by epoch.</summary>
    public static string Accuracy(IReadOnlyList<EpochReport> epochs) => LineChart.Draw("Accuracy", "Epoch", "Accuracy",
    [
        new("training", [.. epochs.Select(e => ((double)e.Epoch, (double?)e.TrainAccuracy))]),
        new("validation", [.. epochs.Select(e => ((double)e.Epoch, e.ValAccuracy))]),
    ], range: (0, 1));
}
