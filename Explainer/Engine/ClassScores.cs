using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;

namespace Linnaeus.Explainer.Engine;

/// <summary>Class probabilities of an image by class name.</summary>
internal static class ClassScores
{
    public const int Top = 5;

    /// <summary>All classes in the order of the outputs, with their probabilities by the version's temperature.</summary>
    /// <param name="description">Names the classes.</param>
    /// <param name="logProbabilities">Natural logarithms of the softmax probabilities of all classes; the logits do as well.</param>
    /// <exception cref="ProblemException">422: the logits are not finite.</exception>
    public static IReadOnlyList<ClassScore> Of(ModelDescription description, IReadOnlyList<float> logProbabilities)
    {
        if (!logProbabilities.All(float.IsFinite))
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                "The model version returns non-finite logits for this image: its training diverged. Use another version.");
        var temperature = description.Temperature ?? 1;
        var highest = logProbabilities.Max();
        var weights = logProbabilities.Select(value => Math.Exp((value - highest) / temperature)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select((weight, index) => new ClassScore(description.Classes[index], index, weight / sum))];
    }

    /// <summary>The top classes, most probable first.</summary>
    public static IReadOnlyList<ClassScore> Best(IReadOnlyList<ClassScore> scores) =>
        [.. scores.OrderByDescending(score => score.Probability).Take(Top)];
}
