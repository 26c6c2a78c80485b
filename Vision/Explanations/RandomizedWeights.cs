using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>One stage of the sanity check.</summary>
/// <param name="From">Randomized up to this part, e.g. <c>features.7</c>; all later parts are random too.</param>
/// <param name="Correlation">
/// Mean rank correlation of the maps with those of the trained weights. A flat map counts as 0.
/// </param>
/// <param name="Flat">Number of images with a flat map.</param>
public sealed record RandomizedStage(string From, double Correlation, int Flat);

/// <summary>
/// Sanity check by randomization (Adebayo et al. 2018, "Sanity Checks for Saliency Maps"): weights and running statistics are randomized from the
/// classifier towards the input, part by part, and the maps are compared with those of the trained weights by
/// Spearman's rank correlation. It must fall towards 0; otherwise the maps show the image, not what was learned.
/// </summary>
public static class RandomizedWeights
{
    /// <param name="network">The trained network; unchanged.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized.</param>
    /// <param name="explain">The explanation method.</param>
    /// <param name="seed">Seed of the random weights.</param>
    /// <param name="cancellationToken">Checked before each stage.</param>
    /// <returns>From the classifier alone to the whole network.</returns>
    public static IReadOnlyList<RandomizedStage> Check(
        ImageClassifier network,
        Tensor images,
        Func<ImageClassifier, Tensor, IReadOnlyList<ExplanationTarget>?, IReadOnlyList<Explanation>> explain,
        long seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(explain);
        using var random = Architectures.Create(network.Architecture, network.Classes, seed: seed);
        using var mixed = Architectures.Create(network.Architecture, network.Classes, seed: seed);
        mixed.CopyFrom(network);
        foreach (var each in new[] { random, mixed })
        {
            each.eval();
            each.SetTrainable(false);
        }

        var trained = explain(network, images, null);
        ExplanationTarget[] targets = [.. trained.Select(map => new ExplanationTarget(map.Target, map.Explained.Against))];
        var stages = new List<RandomizedStage>();
        foreach (var part in Parts(network))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Replace(mixed, random, part);
            stages.Add(Compare(part, trained, explain(mixed, images, targets)));
        }

        return stages;
    }

    private static RandomizedStage Compare(string part, IReadOnlyList<Explanation> trained, IReadOnlyList<Explanation> random)
    {
        var correlations = trained.Zip(random, (a, b) => MapSimilarity.Spearman(a.Magnitude(), b.Magnitude())).ToList();
        return new RandomizedStage(part, correlations.Average(value => value ?? 0), correlations.Count(value => value is null));
    }

    /// <summary>The classifier, then the stages of the backbone from the last to the first, by the first two parts of their names.</summary>
    private static IEnumerable<string> Parts(ImageClassifier network) =>
        network.NamedTensors().Select(named => Part(named.Name)).Distinct().Reverse();

    private static string Part(string tensor)
    {
        var names = tensor.Split('.');
        return names[0] == "features" ? $"{names[0]}.{names[1]}" : names[0];
    }

    private static void Replace(ImageClassifier mixed, ImageClassifier random, string part)
    {
        using var noGrad = no_grad();
        foreach (var ((name, target), (_, source)) in mixed.NamedTensors().Zip(random.NamedTensors()))
        {
            if (Part(name) == part)
                target.copy_(source);
        }
    }
}
