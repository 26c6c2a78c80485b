using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Where the path of Integrated Gradients begins.</summary>
public enum IntegratedGradientsBaseline
{
    /// <summary>A black picture: <c>-mean / std</c> in each channel of the normalised input.</summary>
    Black,

    /// <summary>The mean colour: zeros in the normalised input.</summary>
    Mean,
}

/// <summary>Parameters of Integrated Gradients.</summary>
public sealed record IntegratedGradientsOptions
{
    /// <summary>Quadrature nodes: 2 to 1000.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Where the path begins.</summary>
    public IntegratedGradientsBaseline Baseline { get; init; } = IntegratedGradientsBaseline.Black;

    /// <summary>Points of the path computed at once; memory grows with it, not with <see cref="Steps"/>.</summary>
    public int ChunkSize { get; init; } = 10;
}

/// <summary>An Integrated Gradients explanation of one image.</summary>
public sealed record IntegratedGradientsResult
{
    /// <summary>Class explained.</summary>
    public required int Target { get; init; }

    /// <summary>Its logit for the image.</summary>
    public required float Logit { get; init; }

    /// <summary>Its logit for the baseline.</summary>
    public required float BaselineLogit { get; init; }

    /// <summary>Natural logarithms of the probabilities of all classes for the image.</summary>
    public required IReadOnlyList<float> LogProbabilities { get; init; }

    /// <summary>[3, H, W]: each input value's share of <c>Logit - BaselineLogit</c>, signed, in logit units.</summary>
    public required Attribution Map { get; init; }

    /// <summary>Completeness error (Sundararajan et al. 2017): sum of the map minus <c>Logit - BaselineLogit</c>.</summary>
    public required double Delta { get; init; }

    /// <summary><c>|Delta| / |Logit - BaselineLogit|</c>; above 0.01 the path has too few nodes.</summary>
    public required double RelativeDelta { get; init; }
}

/// <summary>
/// Integrated Gradients (Sundararajan, Taly and Yan 2017): <c>IG_i = (x_i - x'_i) * integral_0^1 dz_t/dx_i(x' + s (x - x')) ds</c> by Gauss-Legendre
/// quadrature. It explains the logit z_t in evaluation mode; only input gradients are computed.
/// </summary>
public static class IntegratedGradients
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; it is in evaluation mode for the time of the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalised by <paramref name="preprocessing"/>, on the network's device.</param>
    /// <param name="preprocessing">Gives the black baseline.</param>
    /// <param name="targets">One class index for each image; null explains the predicted classes.</param>
    /// <param name="options">Parameters; the defaults when null.</param>
    /// <param name="cancellationToken">Looked at before each chunk of the path.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, a target or option out of range.</exception>
    public static IReadOnlyList<IntegratedGradientsResult> Explain(
        ImageClassifier network,
        Tensor images,
        Preprocessing preprocessing,
        IReadOnlyList<int>? targets = null,
        IntegratedGradientsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(preprocessing);
        options ??= new IntegratedGradientsOptions();
        if (options.Steps is < 2 or > 1000)
            throw new ArgumentException($"Integrated Gradients takes 2 to 1000 steps, not {options.Steps}.", nameof(options));
        if (options.ChunkSize < 1)
            throw new ArgumentException($"A chunk holds at least 1 point, not {options.ChunkSize}.", nameof(options));
        Targets.Check(network, images, targets);

        using var mode = EvaluationMode.Of(network);
        var rule = GaussLegendre.Of(options.Steps);
        var results = new List<IntegratedGradientsResult>();
        for (var i = 0; i < images.shape[0]; i++)
        {
            using var scope = NewDisposeScope();
            var image = images.narrow(0, i, 1);
            results.Add(ExplainOne(network, image, preprocessing, targets?[i], options, rule, cancellationToken));
        }

        return results;
    }

    private static IntegratedGradientsResult ExplainOne(
        ImageClassifier network,
        Tensor image,
        Preprocessing preprocessing,
        int? target,
        IntegratedGradientsOptions options,
        GaussLegendre rule,
        CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var baseline = Baseline(image, preprocessing, options.Baseline);
        var difference = image - baseline;
        var logits = network.call(cat([image, baseline], 0));
        var explained = target ?? (int)logits[0].argmax().item<long>();
        var integral = zeros_like(image);
        for (var first = 0; first < options.Steps; first += options.ChunkSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(options.ChunkSize, options.Steps - first);
            var nodes = Column(rule.Nodes, first, count, image.device);
            var weights = Column(rule.Weights, first, count, image.device);
            var gradients = InputGradients(network, baseline.addcmul(difference, nodes, 1), explained);
            integral.add_(gradients.mul(weights).sum(0, keepdim: true));
        }

        var map = integral.mul(difference).cpu().contiguous().data<float>().ToArray();
        var values = logits.narrow(1, explained, 1).cpu().contiguous().data<float>().ToArray();
        var gap = (double)values[0] - values[1];
        var delta = map.Sum(v => (double)v) - gap;
        return new IntegratedGradientsResult
        {
            Target = explained,
            Logit = values[0],
            BaselineLogit = values[1],
            LogProbabilities = nn.functional.log_softmax(logits.narrow(0, 0, 1), 1).cpu().contiguous().data<float>().ToArray(),
            Map = new Attribution(map, [3, (int)image.shape[2], (int)image.shape[3]]),
            Delta = delta,
            RelativeDelta = Math.Abs(delta) / Math.Max(Math.Abs(gap), 1e-12),
        };
    }

    /// <summary>dz_t/dx for each point [n, 3, H, W]; no gradient of a weight is computed or left behind.</summary>
    private static Tensor InputGradients(ImageClassifier network, Tensor points, int target)
    {
        using var grad = enable_grad();
        var input = points.detach();
        input.requires_grad = true;
        var explained = network.call(input).narrow(1, target, 1).sum();
        return autograd.grad([explained], [input])[0];
    }

    private static Tensor Baseline(Tensor image, Preprocessing preprocessing, IntegratedGradientsBaseline baseline) => baseline switch
    {
        IntegratedGradientsBaseline.Mean => zeros_like(image),
        IntegratedGradientsBaseline.Black => tensor(preprocessing.Mean.Zip(preprocessing.Std, (mean, std) => -mean / std).ToArray(), device: image.device)
            .view(1, 3, 1, 1).expand_as(image).contiguous(),
        _ => throw new ArgumentOutOfRangeException(nameof(baseline)),
    };

    private static Tensor Column(IReadOnlyList<double> values, int first, int count, Device device) =>
        tensor(values.Skip(first).Take(count).Select(v => (float)v).ToArray(), device: device).view(count, 1, 1, 1);
}
