using Linnaeus.Vision.Evaluation;

namespace Linnaeus.Vision.Tests;

public sealed class EvaluationCalibrationTests
{
    /// <summary>Worked out by hand: bins (0.5333, 0.6] and (0.8667, 0.9333], and 1 in the last, whose upper end belongs to it.</summary>
    [Fact]
    public void The_calibration_error_is_the_weighted_gap_of_confidence_and_accuracy()
    {
        var report = Calibration.Evaluate([Of(0.9, true), Of(0.9, false), Of(0.9, true), Of(0.6, false), Of(0.58, true), Of(1, true)]);

        Assert.Equal(((3 * Math.Abs((2 / 3.0) - 0.9)) + (2 * Math.Abs(0.5 - 0.59))) / 6, report.Ece, 12);
        Assert.Equal(15, report.Bins.Count);
        Assert.Equal([(8, 2), (13, 3), (14, 1)], report.Bins.Select((bin, i) => (i, bin.Images)).Where(pair => pair.Images > 0));
        Assert.Null(report.Bins[0].Accuracy);
        Assert.Equal(0.59, report.Bins[8].Confidence!.Value, 12);
    }

    /// <summary>Two classes with logits a and 0, k of n right: the best T makes softmax(a / T) = k / n, so T = a / ln(k / (n - k)).</summary>
    [Theory]
    [InlineData(4f, 3, 4)]
    [InlineData(0.5f, 9, 10)]
    [InlineData(12f, 7, 10)]
    public void The_temperature_makes_confidence_equal_accuracy(float logit, int right, int images)
    {
        Prediction[] predictions = [.. Enumerable.Range(0, images).Select(i => OfLogits([logit, 0], i < right ? 0 : 1))];

        var temperature = TemperatureScaling.Fit(predictions)!.Value;

        Assert.Equal(logit / Math.Log((double)right / (images - right)), temperature, 6);
        var scaled = TemperatureScaling.Apply(predictions, temperature);
        Assert.All(scaled, prediction => Assert.Equal((double)right / images, prediction.Probability, 6));
        Assert.Equal(0, Calibration.Evaluate(scaled).Ece, 6);
        Assert.Equal(-Math.Log(1 - ((double)right / images)), scaled[^1].Loss, 5);
    }

    [Fact]
    public void Images_that_are_all_right_have_no_best_temperature() => Assert.Null(TemperatureScaling.Fit([OfLogits([2, 0], 0), OfLogits([3, 1], 0)]));

    /// <summary>Values of statsmodels' proportion_confint(method="wilson").</summary>
    [Theory]
    [InlineData(8, 10, 0.490162, 0.943318)]
    [InlineData(0, 10, 0, 0.277533)]
    public void The_interval_of_an_accuracy_is_wilsons(int right, int images, double low, double high)
    {
        var interval = ConfidenceInterval.Wilson(right, images);

        Assert.Equal((low, high), (Math.Round(interval.Low, 6), Math.Round(interval.High, 6)));
    }

    private static Prediction Of(double probability, bool right) =>
        new("image", 0, right ? 0 : 1, -Math.Log(right ? probability : 1 - probability), [new ClassProbability(right ? 0 : 1, probability)]);

    private static Prediction OfLogits(float[] logits, int label)
    {
        var sum = logits.Sum(logit => Math.Exp(logit));
        return new Prediction("image", label, 0, Math.Log(sum) - logits[label], [new ClassProbability(0, Math.Exp(logits[0]) / sum)]) { Logits = logits };
    }
}
