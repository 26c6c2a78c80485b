using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Parameters of Integrated Gradients.</summary>
public sealed record IntegratedGradientsOptions
{
    public const int MinimumSteps = 2;
    public const int MaximumSteps = 1000;

    /// <summary>Quadrature nodes: 2 to 1000. With <see cref="Tolerance"/>, the initial number.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>The quadrature rule.</summary>
    public QuadratureRule Quadrature { get; init; } = QuadratureRule.GaussLegendre;

    /// <summary>Start of the path.</summary>
    public Baseline Baseline { get; init; } = Baseline.Black;

    /// <summary>Number of averaged draws of <see cref="Baseline.Noise"/>: 1 to 50.</summary>
    public int BaselineDraws { get; init; } = 5;

    /// <summary>Seed of <see cref="Baseline.Noise"/>.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Bound of the relative completeness error: the nodes are doubled until it holds or 1000 are reached. Null always uses <see cref="Steps"/>.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>Points per batch; memory grows with it, not with <see cref="Steps"/>.</summary>
    public int ChunkSize { get; init; } = 10;
}

/// <summary>An Integrated Gradients explanation of one image.</summary>
/// <param name="Explained">The explained score.</param>
/// <param name="Map">[3, H, W]: each input value's contribution to <c>Score - BaselineScore</c>, signed, in logit units.</param>
public sealed record IntegratedGradientsResult(ExplainedScore Explained, Attribution Map) : Explanation(Explained, Map)
{
    /// <summary>The score of the baseline, averaged over draws.</summary>
    public required float BaselineScore { get; init; }

    /// <summary>Nodes per path.</summary>
    public required int Steps { get; init; }

    /// <summary>Completeness error (Sundararajan et al. 2017): sum of the map minus <c>Score - BaselineScore</c>.</summary>
    public required double Delta { get; init; }

    /// <summary><c>|Delta| / |Score - BaselineScore|</c>; above 0.01 the path has too few nodes.</summary>
    public required double RelativeDelta { get; init; }
}

/// <summary>
/// Integrated Gradients (Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks"):
/// <c>IG_i = (x_i - x'_i) * integral_0^1 ds/dx_i(x' + a (x - x')) da</c>, by quadrature, in evaluation mode.
/// </summary>
public static class IntegratedGradients
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized by <paramref name="preprocessing"/>, on the network's device.</param>
    /// <param name="preprocessing">Normalization of the input.</param>
    /// <param name="targets">One per image; null explains the predicted classes.</param>
    /// <param name="options">Parameters; the defaults when null.</param>
    /// <param name="cancellationToken">Checked before each chunk of the path.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, a target or option out of range.</exception>
    public static IReadOnlyList<IntegratedGradientsResult> Explain(
        ImageClassifier network,
        Tensor images,
        Preprocessing preprocessing,
        IReadOnlyList<ExplanationTarget>? targets = null,
        IntegratedGradientsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        options ??= new IntegratedGradientsOptions();
        Targets.Check(network, images, targets);
        Check(options);

        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        var results = new List<IntegratedGradientsResult>();
        for (var i = 0; i < images.shape[0]; i++)
        {
            using var scope = NewDisposeScope();
            var image = images.narrow(0, i, 1);
            var baselines = Baselines.Of(options.Baseline, image, preprocessing, options.BaselineDraws, options.Seed);
            results.Add(ExplainOne(network, image, baselines, targets is null ? null : [targets[i]], options, cancellationToken));
        }

        return results;
    }

    private static IntegratedGradientsResult ExplainOne(
        ImageClassifier network,
        Tensor image,
        IReadOnlyList<Tensor> baselines,
        IReadOnlyList<ExplanationTarget>? target,
        IntegratedGradientsOptions options,
        CancellationToken cancellationToken)
    {
        var explained = Targets.Of(network.call(image), target);
        var starts = network.call(cat([.. baselines], 0)).mv(explained.Direction.squeeze(0)).mean().item<float>();
        var gap = (double)explained.Scores[0].Score - starts;
        for (var steps = options.Steps; ; steps = Math.Min(2 * steps, IntegratedGradientsOptions.MaximumSteps))
        {
            var map = Attribute(network, image, baselines, explained.Direction, steps, options, cancellationToken);
            var delta = map.Sum(v => (double)v) - gap;
            var relative = Math.Abs(delta) / Math.Max(Math.Abs(gap), 1e-12);
            if (relative > options.Tolerance && steps < IntegratedGradientsOptions.MaximumSteps)
                continue;
            return new IntegratedGradientsResult(explained.Scores[0], new Attribution(map, [3, (int)image.shape[2], (int)image.shape[3]]))
            {
                BaselineScore = starts,
                Steps = steps,
                Delta = delta,
                RelativeDelta = relative,
            };
        }
    }

    /// <summary>The attribution [3, H, W], averaged over the baselines.</summary>
    private static float[] Attribute(
        ImageClassifier network,
        Tensor image,
        IReadOnlyList<Tensor> baselines,
        Tensor direction,
        int steps,
        IntegratedGradientsOptions options,
        CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var rule = Quadrature.Of(options.Quadrature, steps);
        var total = zeros_like(image);
        foreach (var baseline in baselines)
        {
            var difference = image - baseline;
            Tensor Points(int first, int count) =>
                baseline.addcmul(difference, InputGradients.Column(rule.Nodes, first, count, image.device), 1);

            var integral = InputGradients.WeightedSum(network, rule.Weights, Points, direction, options.ChunkSize, cancellationToken);
            total.addcmul_(integral, difference, 1.0 / baselines.Count);
        }

        return total.ToFloats();
    }

    private static void Check(IntegratedGradientsOptions options)
    {
        if (options.Steps is < IntegratedGradientsOptions.MinimumSteps or > IntegratedGradientsOptions.MaximumSteps)
            throw new ArgumentException($"Integrated Gradients needs 2 to 1000 steps, got {options.Steps}.", nameof(options));
        if (options.BaselineDraws is < 1 or > 50)
            throw new ArgumentException($"The noise baseline needs 1 to 50 draws, got {options.BaselineDraws}.", nameof(options));
        if (options.Tolerance is not (null or > 0))
            throw new ArgumentException($"The tolerance must be above 0, got {options.Tolerance}.", nameof(options));
        if (options.ChunkSize < 1)
            throw new ArgumentException($"The chunk size must be at least 1, got {options.ChunkSize}.", nameof(options));
    }
}
