using Linnaeus.ServiceDefaults.Problems;

namespace Linnaeus.Explainer.Engine;

/// <summary>What a network says of a picture, by class name.</summary>
internal sealed class ClassScores(IReadOnlyList<string> classes)
{
    /// <param name="logProbabilities">Natural logarithms of the probabilities of all classes.</param>
    /// <exception cref="ProblemException">422: the network does not compute numbers.</exception>
    public ExplanationSummary Summarise(
        IReadOnlyList<float> logProbabilities, int target, float logit, IReadOnlyList<int> shape, ExplanationParameters parameters)
    {
        if (!float.IsFinite(logit) || logProbabilities.Any(float.IsNaN))
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                "The version's weights give no finite logits for this image: its training has diverged. Use another version.");
        var scores = logProbabilities.Select((value, index) => new ClassScore(classes[index], index, Math.Exp(value))).ToArray();
        var top = scores.OrderByDescending(score => score.Probability).Take(5).ToArray();
        return new ExplanationSummary
        {
            PredictedClass = top[0].Name,
            PredictedIndex = top[0].Index,
            Probability = top[0].Probability,
            Top5 = top,
            Probabilities = scores.ToDictionary(score => score.Name, score => score.Probability),
            TargetClass = classes[target],
            TargetIndex = target,
            Logit = logit,
            Shape = shape,
            Parameters = parameters,
            Seconds = 0,
        };
    }
}
