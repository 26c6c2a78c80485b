namespace Linnaeus.Vision.Evaluation;

/// <summary>A confidence bin of the reliability diagram.</summary>
/// <param name="Low">Lower end of the confidences, exclusive.</param>
/// <param name="High">Upper end, inclusive.</param>
/// <param name="Images">Predictions in the bin.</param>
/// <param name="Confidence">Their mean probability of the predicted class, 0..1; null without images.</param>
/// <param name="Accuracy">Accuracy of these predictions, 0..1; null without images.</param>
public sealed record ReliabilityBin(double Low, double High, int Images, double? Confidence, double? Accuracy);

/// <summary>Calibration metrics.</summary>
/// <param name="Ece">Expected calibration error, 0..1: 0 means that predictions with 80% confidence are correct 80% of the time, and so on.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="Bins">Bins of the reliability diagram, by ascending confidence.</param>
public sealed record CalibrationReport(double Ece, double Loss, IReadOnlyList<ReliabilityBin> Bins);

/// <summary>Compares confidence with accuracy.</summary>
public static class Calibration
{
    /// <summary>Number of bins, as in the paper.</summary>
    public const int BinCount = 15;

    /// <summary>
    /// Groups predictions by confidence into M = 15 bins of equal width, <c>((m - 1) / M, m / M]</c>, and computes
    /// <c>ECE = sum over m of |B_m| / n * |accuracy(B_m) - confidence(B_m)|</c> (Guo, Pleiss, Sun, Weinberger, "On calibration of modern
    /// neural networks", ICML 2017, equation 3).
    /// </summary>
    /// <param name="predictions">At least one.</param>
    public static CalibrationReport Evaluate(IReadOnlyList<Prediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
            throw new ArgumentException("There are no predictions to evaluate.", nameof(predictions));
        var byBin = predictions.ToLookup(p => Math.Clamp((int)Math.Ceiling(p.Probability * BinCount) - 1, 0, BinCount - 1));
        var bins = Enumerable.Range(0, BinCount).Select(m => Bin(m, [.. byBin[m]])).ToArray();
        var error = bins.Where(b => b.Images > 0).Sum(b => b.Images * Math.Abs(b.Accuracy!.Value - b.Confidence!.Value)) / predictions.Count;
        return new CalibrationReport(error, predictions.Average(p => p.Loss), bins);
    }

    private static ReliabilityBin Bin(int index, Prediction[] members)
    {
        var (low, high) = ((double)index / BinCount, (index + 1.0) / BinCount);
        return members.Length == 0
            ? new ReliabilityBin(low, high, 0, null, null)
            : new ReliabilityBin(low, high, members.Length, members.Average(p => p.Probability), members.Average(p => p.Correct ? 1.0 : 0));
    }
}
