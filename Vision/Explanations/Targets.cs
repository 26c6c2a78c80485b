using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>The explained score of each image of a batch.</summary>
internal sealed class Targets
{
    private Targets(IReadOnlyList<ExplainedScore> scores, Tensor direction) => (Scores, Direction) = (scores, direction);

    /// <summary>One per image.</summary>
    public IReadOnlyList<ExplainedScore> Scores { get; }

    /// <summary>float32 [N, classes], 1 at the target and -1 at the contrast class: a score is the dot product with the logits.</summary>
    public Tensor Direction { get; }

    /// <summary>Validates images and targets before the computation.</summary>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, or a target out of range.</exception>
    public static void Check(ImageClassifier network, Tensor images, IReadOnlyList<ExplanationTarget>? targets)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.shape[1] != 3)
            throw new ArgumentException($"Images must have shape [N, 3, H, W], got [{string.Join(", ", images.shape)}].", nameof(images));
        if (targets is null)
            return;
        if (targets.Count != images.shape[0])
            throw new ArgumentException($"{images.shape[0]} images need {images.shape[0]} targets, got {targets.Count}.", nameof(targets));
        foreach (var index in targets.SelectMany(target => new[] { target.Class, target.Against }).OfType<int>())
        {
            if (index < 0 || index >= network.Classes)
                throw new ArgumentException($"The target {index} is not a class index: valid are 0 to {network.Classes - 1}.", nameof(targets));
        }
    }

    /// <summary>The scores for the logits [N, classes]; a target without a class uses the predicted class.</summary>
    /// <exception cref="ArgumentException">The contrast class equals the target.</exception>
    public static Targets Of(Tensor logits, IReadOnlyList<ExplanationTarget>? targets)
    {
        using var noGrad = no_grad();
        var values = logits.detach();
        var (count, classes) = ((int)values.shape[0], (int)values.shape[1]);
        var rows = values.ToFloats();
        var logProbabilities = nn.functional.log_softmax(values, 1).ToFloats();
        var scores = new List<ExplainedScore>();
        var direction = new float[count * classes];
        for (var i = 0; i < count; i++)
        {
            var row = rows.AsSpan(i * classes, classes);
            var (target, against) = Resolve(targets?[i], row);
            direction[(i * classes) + target] = 1;
            if (against is { } other)
                direction[(i * classes) + other] = -1;
            var score = row[target] - (against is { } subtracted ? row[subtracted] : 0);
            scores.Add(new ExplainedScore(target, against, score, row[target], logProbabilities.AsSpan(i * classes, classes).ToArray()));
        }

        return new Targets(scores, tensor(direction, [count, classes], device: logits.device));
    }

    private static (int Target, int? Against) Resolve(ExplanationTarget? target, ReadOnlySpan<float> logits)
    {
        var index = target?.Class ?? Highest(logits);
        if (target?.Against != index)
            return (index, target?.Against);
        var which = target.Class is null ? "predicted" : "same";
        throw new ArgumentException($"Class {index} cannot be contrasted with itself: it is the {which} class. Choose another one.", nameof(target));
    }

    private static int Highest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        return best;
    }
}
