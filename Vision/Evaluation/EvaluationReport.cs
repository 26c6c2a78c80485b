namespace Linnaeus.Vision.Evaluation;

/// <summary>Metrics of one class.</summary>
/// <param name="Class">Class index.</param>
/// <param name="Images">Images of this class (support).</param>
/// <param name="Accuracy">Recall, 0..1; null without images.</param>
/// <param name="Precision">Precision, 0..1; null when never predicted.</param>
/// <param name="F1">Harmonic mean of precision and recall, 0..1; null when the class neither occurs nor is predicted.</param>
public sealed record ClassReport(int Class, int Images, double? Accuracy, double? Precision, double? F1);

/// <summary>Metrics of a network on a set of images.</summary>
public sealed record EvaluationReport
{
    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Share of images whose label has the highest probability (top-1), 0..1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>95% confidence interval of the accuracy.</summary>
    public required ConfidenceInterval AccuracyInterval { get; init; }

    /// <summary>Share of images whose label is among the five most probable classes, 0..1.</summary>
    public required double Top5Accuracy { get; init; }

    /// <summary>Mean cross-entropy in nats, without label smoothing.</summary>
    public required double Loss { get; init; }

    /// <summary>Unweighted mean of F1 over the classes that occur or were predicted, 0..1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Unweighted mean of the accuracies of the classes that occur, 0..1.</summary>
    public required double MeanClassAccuracy { get; init; }

    /// <summary>Every class in order.</summary>
    public required IReadOnlyList<ClassReport> PerClass { get; init; }

    /// <summary>Images by true class (row) and predicted class (column).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Predictions of all images, in dataset order.</summary>
    public required IReadOnlyList<Prediction> Predictions { get; init; }
}
