using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Evaluation;

/// <summary>Runs networks over images.</summary>
public static class Evaluator
{
    private const int TopClasses = 5;

    /// <summary>Predicts every image and evaluates the predictions.</summary>
    /// <param name="network">In evaluation mode during the call.</param>
    /// <param name="batches">Images in any batching; disposed here.</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    public static EvaluationReport Run(ImageClassifier network, IEnumerable<ImageBatch> batches, CancellationToken cancellationToken = default) =>
        Run(network, batches, (classifier, images) => classifier.call(images), cancellationToken);

    /// <param name="forward">Computes the logits of <see cref="ImageBatch.Images"/>, which may be features.</param>
    internal static EvaluationReport Run(
        ImageClassifier network, IEnumerable<ImageBatch> batches, Func<ImageClassifier, Tensor, Tensor> forward, CancellationToken cancellationToken) =>
        ClassificationMetrics.Evaluate(Predict(network, batches, forward, cancellationToken), network.Classes);

    /// <summary>Predicts every image, in order.</summary>
    public static IReadOnlyList<Prediction> Predict(
        ImageClassifier network, IEnumerable<ImageBatch> batches, CancellationToken cancellationToken = default) =>
        Predict(network, batches, (classifier, images) => classifier.call(images), cancellationToken);

    private static List<Prediction> Predict(
        ImageClassifier network, IEnumerable<ImageBatch> batches, Func<ImageClassifier, Tensor, Tensor> forward, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        var predictions = new List<Prediction>();
        using var mode = EvaluationMode.Of(network);
        foreach (var batch in batches)
        {
            using (batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Predict(network, batch, forward, predictions);
            }
        }

        return predictions;
    }

    /// <summary>The top classes of one image, most probable first; ties in class order.</summary>
    /// <param name="logProbabilities">Natural logarithms of the probabilities of all classes.</param>
    /// <param name="count">Maximum number of classes.</param>
    public static IReadOnlyList<ClassProbability> Top(ReadOnlySpan<float> logProbabilities, int count = TopClasses)
    {
        var best = new List<ClassProbability>();
        var all = logProbabilities.ToArray();
        foreach (var index in Enumerable.Range(0, all.Length).OrderByDescending(i => all[i]).Take(count))
            best.Add(new ClassProbability(index, Math.Exp(all[index])));
        return best;
    }

    private static void Predict(
        ImageClassifier network, ImageBatch batch, Func<ImageClassifier, Tensor, Tensor> forward, List<Prediction> predictions)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var outputs = forward(network, batch.Images);
        var logits = outputs.cpu().contiguous().data<float>().ToArray();
        var logProbabilities = nn.functional.log_softmax(outputs, 1).cpu().contiguous().data<float>().ToArray();
        var labels = batch.Labels.cpu().data<long>().ToArray();
        for (var i = 0; i < batch.Count; i++)
        {
            var row = logProbabilities.AsSpan(i * network.Classes, network.Classes);
            var top = Top(row);
            var label = (int)labels[i];
            if (label < 0 || label >= network.Classes)
                throw new ArgumentException($"'{batch.Ids[i]}' has the label {label}, but the network has {network.Classes} classes.");
            predictions.Add(new Prediction(batch.Ids[i], label, top[0].Class, -row[label], top)
            {
                Logits = logits.AsSpan(i * network.Classes, network.Classes).ToArray(),
            });
        }
    }
}
