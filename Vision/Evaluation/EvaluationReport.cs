namespace Linnaeus.Vision.Evaluation;

/// <summary>One class in an evaluation.</summary>
/// <param name="Class">Class index.</param>
/// <param name="Images">Images of this class (support).</param>
/// <param name="Accuracy">Share of them that was recognized (recall), 0..1; null when there are none.</param>
/// <param name="Precision">Share of the predictions of this class that were right, 0..1; null when it was never predicted.</param>
/// <param name="F1">Harmonic mean of precision and recall, 0..1; null when the class neither occurs nor was predicted.</param>
public sealed record ClassReport(int Class, int Images, double? Accuracy, double? Precision, double? F1);

/// <summary>How well a network did on a set of images.</summary>
public sealed record EvaluationReport
{
    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Share of images whose label has the highest probability (top-1), 0..1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Where the accuracy on ever more such images would lie, with 95 % confidence.</summary>
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

    /// <summary>Every image, in the order of the data.</summary>
    public required IReadOnlyList<Prediction> Predictions { get; init; }
}
