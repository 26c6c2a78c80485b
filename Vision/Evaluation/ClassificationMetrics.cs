namespace Linnaeus.Vision.Evaluation;

/// <summary>Computes classification metrics from predictions, without tensors.</summary>
public static class ClassificationMetrics
{
    /// <summary>Evaluates predictions.</summary>
    /// <param name="predictions">At least one.</param>
    /// <param name="classes">Number of classes; every label and prediction is smaller.</param>
    public static EvaluationReport Evaluate(IReadOnlyList<Prediction> predictions, int classes)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
            throw new ArgumentException("There are no predictions to evaluate.", nameof(predictions));
        var confusion = Confusion(predictions, classes);
        var perClass = Enumerable.Range(0, classes).Select(c => Class(confusion, c)).ToArray();
        return new EvaluationReport
        {
            Images = predictions.Count,
            Accuracy = predictions.Count(p => p.Correct) / (double)predictions.Count,
            AccuracyInterval = ConfidenceInterval.Wilson(predictions.Count(p => p.Correct), predictions.Count),
            Top5Accuracy = predictions.Count(p => p.Top.Take(5).Any(t => t.Class == p.Label)) / (double)predictions.Count,
            Loss = predictions.Average(p => p.Loss),
            MacroF1 = perClass.Average(c => c.F1) ?? 0,
            MeanClassAccuracy = perClass.Average(c => c.Accuracy) ?? 0,
            PerClass = perClass,
            Confusion = confusion,
            Predictions = predictions,
        };
    }

    /// <summary>Counts by true class (row) and predicted class (column).</summary>
    public static int[][] Confusion(IEnumerable<Prediction> predictions, int classes)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var counts = Enumerable.Range(0, classes).Select(_ => new int[classes]).ToArray();
        foreach (var prediction in predictions)
        {
            if (prediction.Label < 0 || prediction.Label >= classes)
                throw new ArgumentException($"'{prediction.Id}' has the label {prediction.Label}, but there are {classes} classes.", nameof(predictions));
            counts[prediction.Label][prediction.Predicted]++;
        }

        return counts;
    }

    private static ClassReport Class(int[][] confusion, int index)
    {
        var right = confusion[index][index];
        var images = confusion[index].Sum();
        var predicted = confusion.Sum(row => row[index]);
        return new ClassReport(
            index,
            images,
            images == 0 ? null : (double)right / images,
            predicted == 0 ? null : (double)right / predicted,
            images + predicted == 0 ? null : 2.0 * right / (images + predicted));
    }
}
