using Linnaeus.Vision.Evaluation;

namespace Linnaeus.Vision.Tests;

public sealed class EvaluationMetricsTests
{
    // Four classes; class 3 never occurs and is never predicted.
    //            predicted 0  1  2  3
    // true 0               2  1  0  0
    // true 1               0  1  1  0
    // true 2               1  0  0  0
    private static readonly Prediction[] Predictions =
    [
        Make("a", 0, 0, 0.1), Make("b", 0, 0, 0.2), Make("c", 0, 1, 1.0), Make("d", 1, 1, 0.3), Make("e", 1, 2, 1.4), Make("f", 2, 0, 3.0),
    ];

    [Fact]
    public void Counts_by_true_and_predicted_class()
    {
        var report = ClassificationMetrics.Evaluate(Predictions, 4);

        Assert.Equal([[2, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]], report.Confusion.Select(row => row.ToArray()).ToArray());
        Assert.Equal(6, report.Images);
    }

    [Fact]
    public void Accuracy_loss_and_f1_are_those_computed_by_hand()
    {
        var report = ClassificationMetrics.Evaluate(Predictions, 4);

        Assert.Equal(3 / 6.0, report.Accuracy, 12);
        Assert.Equal(6.0 / 6, report.Loss, 12);
        // F1: class 0: 4/(3+3), class 1: 2/(2+2), class 2: 0/(1+1); class 3 does not count.
        Assert.Equal((4 / 6.0 + 2 / 4.0 + 0) / 3, report.MacroF1, 12);
        Assert.Equal((2 / 3.0 + 1 / 2.0 + 0) / 3, report.MeanClassAccuracy, 12);
    }

    [Fact]
    public void A_class_without_images_has_no_accuracy_rather_than_zero()
    {
        var classes = ClassificationMetrics.Evaluate(Predictions, 4).PerClass;

        Assert.Equal(new ClassReport(0, 3, 2 / 3.0, 2 / 3.0, 4 / 6.0), classes[0]);
        Assert.Equal(new ClassReport(2, 1, 0, 0, 0), classes[2]);
        Assert.Equal(new ClassReport(3, 0, null, null, null), classes[3]);
    }

    [Fact]
    public void Top_5_asks_whether_the_label_is_among_the_five_most_probable()
    {
        Prediction[] predictions =
        [
            Make("in", 6, 0, 2, [0, 1, 2, 3, 6]),
            Make("out", 6, 0, 4, [0, 1, 2, 3, 4]),
        ];

        var report = ClassificationMetrics.Evaluate(predictions, 7);

        Assert.Equal(0.5, report.Top5Accuracy);
        Assert.Equal(0, report.Accuracy);
    }

    [Fact]
    public void Nothing_to_evaluate_is_an_error() =>
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Evaluate([], 3));

    [Fact]
    public void A_label_beyond_the_classes_is_named() =>
        Assert.Contains("'a' has the label 0", Assert.Throws<ArgumentException>(() => ClassificationMetrics.Evaluate([Make("a", 0, 0, 0)], 0)).Message);

    private static Prediction Make(string id, int label, int predicted, double loss, int[]? top = null) =>
        new(id, label, predicted, loss, [.. (top ?? [predicted]).Select(c => new ClassProbability(c, 0.2))]);
}
