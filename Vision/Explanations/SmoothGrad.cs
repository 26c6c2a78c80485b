using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Parameters of SmoothGrad.</summary>
public sealed record SmoothGradOptions
{
    /// <summary>Noisy copies of the image: 1 to 1000.</summary>
    public int Samples { get; init; } = 25;

    /// <summary>Standard deviation of the noise as a fraction of the image's value range, above 0, at most 1.</summary>
    public double NoiseLevel { get; init; } = 0.15;

    /// <summary>Seed of the noise.</summary>
    public long Seed { get; init; }

    /// <summary>Copies per batch; memory grows with it.</summary>
    public int ChunkSize { get; init; } = 10;
}

/// <summary>A SmoothGrad explanation of one image.</summary>
/// <param name="Explained">The explained score, of the image without noise.</param>
/// <param name="Map">[3, H, W]: the mean gradient, signed, in logits per unit of the normalized input.</param>
public sealed record SmoothGradResult(ExplainedScore Explained, Attribution Map) : Explanation(Explained, Map)
{
    /// <summary>Standard deviation of the noise in units of the normalized input.</summary>
    public required double Deviation { get; init; }

    /// <summary>The magnitude: a gradient's sign tells whether more of a color would help, not whether the pixel supports the score.</summary>
    public override float[] PositiveEvidence() => Magnitude();
}

/// <summary>
/// SmoothGrad (Smilkov et al. 2017, "SmoothGrad: removing noise by adding noise"): the mean of the score's gradients at noisy copies of the image,
/// <c>1/n sum_j ds/dx(x + d_j)</c>, with normal d whose standard deviation is a fraction of <c>max x - min x</c>.
/// </summary>
public static class SmoothGrad
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized, on the network's device.</param>
    /// <param name="targets">One per image; null explains the predicted classes.</param>
    /// <param name="options">Parameters; the defaults when null.</param>
    /// <param name="noise">Standard normal noise [samples, 3, H, W]; drawn when null.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, a target or option out of range.</exception>
    public static IReadOnlyList<SmoothGradResult> Explain(
        ImageClassifier network,
        Tensor images,
        IReadOnlyList<ExplanationTarget>? targets = null,
        SmoothGradOptions? options = null,
        Tensor? noise = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SmoothGradOptions();
        Targets.Check(network, images, targets);
        Check(options);

        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        var results = new List<SmoothGradResult>();
        for (var i = 0; i < images.shape[0]; i++)
        {
            using var scope = NewDisposeScope();
            var image = images.narrow(0, i, 1);
            var drawn = noise ?? Draw(image, options);
            results.Add(ExplainOne(network, image, drawn, targets is null ? null : [targets[i]], options, cancellationToken));
        }

        return results;
    }

    private static SmoothGradResult ExplainOne(
        ImageClassifier network,
        Tensor image,
        Tensor noise,
        IReadOnlyList<ExplanationTarget>? target,
        SmoothGradOptions options,
        CancellationToken cancellationToken)
    {
        var explained = Targets.Of(network.call(image), target);
        var deviation = options.NoiseLevel * (image.max() - image.min()).item<float>();
        var samples = (int)noise.shape[0];
        Tensor Points(int first, int count) => image.add(noise.narrow(0, first, count).to(image.device), deviation);

        var weights = Enumerable.Repeat(1.0 / samples, samples).ToArray();
        var mean = InputGradients.WeightedSum(network, weights, Points, explained.Direction, options.ChunkSize, cancellationToken);
        return new SmoothGradResult(explained.Scores[0], new Attribution(mean.ToFloats(), [3, (int)image.shape[2], (int)image.shape[3]]))
        {
            Deviation = deviation,
        };
    }

    private static Tensor Draw(Tensor image, SmoothGradOptions options)
    {
        using var generator = new Generator((ulong)options.Seed);
        return randn([options.Samples, 3, image.shape[2], image.shape[3]], generator: generator);
    }

    private static void Check(SmoothGradOptions options)
    {
        if (options.Samples is < 1 or > 1000)
            throw new ArgumentException($"SmoothGrad needs 1 to 1000 samples, got {options.Samples}.", nameof(options));
        if (options.NoiseLevel is not (> 0 and <= 1))
            throw new ArgumentException($"The noise level must be above 0 and at most 1, got {options.NoiseLevel}.", nameof(options));
        if (options.ChunkSize < 1)
            throw new ArgumentException($"The chunk size must be at least 1, got {options.ChunkSize}.", nameof(options));
    }
}
