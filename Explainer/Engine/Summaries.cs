using System.Runtime.InteropServices;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Explanations;
using TorchSharp;

namespace Linnaeus.Explainer.Engine;

/// <summary>Maps measured explanations to the API's records.</summary>
internal static class Summaries
{
    private static readonly Dictionary<string, string> Programs = new()
    {
        ["linnaeus"] = typeof(Summaries).Assembly.GetName().Version?.ToString() ?? "",
        ["torch"] = torch.__version__,
        ["dotnet"] = System.Environment.Version.ToString(),
        ["os"] = RuntimeInformation.OSDescription,
        ["processor"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["device"] = "cpu",
    };

    public static ExplanationSummary Of(ModelDescription description, ExplanationInput input, Explanation explanation, ExplanationQuality? quality, int computedTogether)
    {
        var explained = explanation.Explained;
        var scores = ClassScores.Of(description, explained.LogProbabilities);
        var top = ClassScores.Best(scores);
        var method = input.Request.Method;
        return method.Describe(explanation, new ExplanationSummary
        {
            PredictedClass = top[0].Name,
            PredictedIndex = top[0].Index,
            Probability = top[0].Probability,
            Top5 = top,
            Probabilities = scores.ToDictionary(score => score.Name, score => score.Probability),
            TargetClass = description.Classes[explained.Target],
            TargetIndex = explained.Target,
            AgainstClass = explained.Against is { } against ? description.Classes[against] : null,
            AgainstIndex = explained.Against,
            Logit = explained.Logit,
            Score = explained.Score,
            Shape = explanation.Map.Shape,
            HeatMap = method.HeatMap,
            Sparseness = Sparseness.Gini(explanation.Magnitude()),
            Quality = quality,
            Parameters = method.Parameters,
            Provenance = Provenance(description, input, computedTogether),
            Seconds = 0,
        });
    }

    /// <summary>Versions of the program and its libraries, and the machine.</summary>
    public static IReadOnlyDictionary<string, string> Environment() =>
        new Dictionary<string, string>(Programs) { ["threads"] = $"{torch.get_num_threads()}" };

    private static ExplanationProvenance Provenance(ModelDescription description, ExplanationInput input, int computedTogether) => new()
    {
        Target = input.Request.Target,
        Against = input.Request.Against,
        ImageSha256 = input.Image.Sha256,
        ModelChecksum = input.ModelChecksum,
        Architecture = description.Architecture,
        ImageSize = description.Preprocessing.ImageSize,
        Resize = description.Preprocessing.Resize,
        Mean = description.Preprocessing.Mean,
        Std = description.Preprocessing.Std,
        Temperature = description.Temperature,
        ComputedTogether = computedTogether,
        Environment = Environment(),
    };
}
