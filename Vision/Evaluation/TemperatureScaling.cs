namespace Linnaeus.Vision.Evaluation;

/// <summary>
/// Temperature scaling: probabilities are the softmax of <c>logits / T</c>, with T fitted on held-out images so
/// that their mean cross-entropy is minimal (Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, section
/// 4.2). T above 1 lowers the confidence of an overconfident network. The predicted class stays the same.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>Lower bound of T.</summary>
    public const double Lowest = 0.05;

    /// <summary>Upper bound of T.</summary>
    public const double Highest = 20;

    private const int Halvings = 50;

    /// <summary>
    /// Finds T. With b = 1/T the loss is convex, its slope <c>mean(E_softmax(b z)[z] - z_label)</c> rises with b, and its root is bracketed.
    /// </summary>
    /// <param name="predictions">At least one; all with their logits.</param>
    /// <returns>
    /// T between <see cref="Lowest"/> and <see cref="Highest"/>; null if the best T is outside. A network that is correct on every
    /// image has no best T, because a lower T is always better.
    /// </returns>
    public static double? Fit(IReadOnlyList<Prediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
            throw new ArgumentException("There are no predictions to fit a temperature to.", nameof(predictions));
        var (low, high) = (1 / Highest, 1 / Lowest);
        if (Slope(predictions, high) <= 0 || Slope(predictions, low) >= 0)
            return null;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Slope(predictions, middle) > 0)
                high = middle;
            else
                low = middle;
        }

        return 1 / Math.Sqrt(low * high);
    }

    /// <summary>The same predictions with the probabilities and losses of temperature <paramref name="temperature"/>.</summary>
    public static IReadOnlyList<Prediction> Apply(IReadOnlyList<Prediction> predictions, double temperature)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return [.. predictions.Select(prediction => Apply(prediction, temperature))];
    }

    private static Prediction Apply(Prediction prediction, double temperature)
    {
        var logits = Logits(prediction);
        var logSum = LogSumExp(logits, 1 / temperature);
        return prediction with
        {
            Loss = logSum - (logits[prediction.Label] / temperature),
            Top = [.. prediction.Top.Select(top => top with { Probability = Math.Exp((logits[top.Class] / temperature) - logSum) })],
        };
    }

    private static double Slope(IReadOnlyList<Prediction> predictions, double scale)
    {
        var sum = 0.0;
        foreach (var prediction in predictions)
        {
            var logits = Logits(prediction);
            var logSum = LogSumExp(logits, scale);
            var expected = 0.0;
            foreach (var logit in logits)
                expected += logit * Math.Exp((logit * scale) - logSum);
            sum += expected - logits[prediction.Label];
        }

        return sum;
    }

    private static double LogSumExp(IReadOnlyList<float> logits, double scale)
    {
        var highest = logits.Max() * scale;
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp((logit * scale) - highest);
        return highest + Math.Log(sum);
    }

    private static IReadOnlyList<float> Logits(Prediction prediction) =>
        prediction.Logits ?? throw new ArgumentException($"The prediction for '{prediction.Id}' has no logits.");
}
