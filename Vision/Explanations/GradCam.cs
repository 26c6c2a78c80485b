using Linnaeus.Vision.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>A Grad-CAM explanation of one image.</summary>
public sealed record GradCamResult
{
    /// <summary>Class explained.</summary>
    public required int Target { get; init; }

    /// <summary>Its logit.</summary>
    public required float Logit { get; init; }

    /// <summary>Natural logarithms of the probabilities of all classes.</summary>
    public required IReadOnlyList<float> LogProbabilities { get; init; }

    /// <summary>[H, W] in 0..1 at the input's size; all zero where there is no positive evidence.</summary>
    public required Attribution Map { get; init; }

    /// <summary>[h, w] at the feature map's size: the weighted sum of channels before ReLU, in shares of the logit.</summary>
    public required Attribution Raw { get; init; }

    /// <summary>Whether any cell speaks for the class. When none does, the map is zero: there is nothing to show, which is not the same as an error.</summary>
    public required bool HasPositiveEvidence { get; init; }

    /// <summary>Share of raw cells above zero, 0..1.</summary>
    public required double PositiveShare { get; init; }

    /// <summary>
    /// Sum of the raw map plus the classifier's bias minus the logit: zero but for rounding, since the head is global average pooling and one
    /// linear layer. A check of the whole computation.
    /// </summary>
    public required double IdentityResidual { get; init; }
}

/// <summary>
/// Grad-CAM (Selvaraju et al. 2017) at the last feature map A: <c>alpha_k = mean_ij dz_t/dA_k(i,j)</c>, <c>M = ReLU(sum_k alpha_k A_k)</c>,
/// bilinear upsampling with half-pixel centres, min-max to 0..1. It explains the logit z_t in evaluation mode. The gradient is taken with respect to
/// the activation, so frozen weights and shared networks are fine, and no hook outlives the call.
/// </summary>
public static class GradCam
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; it is in evaluation mode for the time of the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalised, on the network's device.</param>
    /// <param name="targets">One class index for each image; null explains the predicted classes.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, or a target out of range.</exception>
    public static IReadOnlyList<GradCamResult> Explain(ImageClassifier network, Tensor images, IReadOnlyList<int>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        Targets.Check(network, images, targets);
        using var mode = EvaluationMode.Of(network);
        using var scope = NewDisposeScope();
        var features = FeatureMap(network, images);
        Tensor logits, gradient, index;
        using (enable_grad())
        {
            features.requires_grad = true;
            logits = network.Classify(network.Pool(features));
            index = Targets.Index(logits, targets);
            var explained = logits.gather(1, index).sum();
            gradient = autograd.grad([explained], [features])[0];
        }

        using var noGrad = no_grad();
        var alpha = gradient.mean(new long[] { 2, 3 }, keepdim: true);
        var raw = alpha.mul(features).sum(1, keepdim: true);
        return Results(network, images, logits.detach(), index, raw);
    }

    /// <summary>
    /// The raw maps [N, h, w] in closed form, without a backward pass: with global average pooling and one linear layer the gradient is
    /// <c>W[t,k] / (h w)</c> everywhere. The result is the caller's.
    /// </summary>
    public static Tensor ClosedForm(ImageClassifier network, Tensor images, IReadOnlyList<int>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        Targets.Check(network, images, targets);
        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var features = FeatureMap(network, images);
        var index = Targets.Index(network.Classify(network.Pool(features)), targets).squeeze(1);
        var weights = network.Head.weight.index_select(0, index).unsqueeze(-1).unsqueeze(-1);
        var cells = features.shape[2] * features.shape[3];
        return weights.mul(features).sum(1).div(cells).MoveToOuterDisposeScope();
    }

    private static Tensor FeatureMap(ImageClassifier network, Tensor images)
    {
        using var noGrad = no_grad();
        var features = network.Features(images);
        return features.shape is [_, _, > 1, _] or [_, _, _, > 1]
            ? features
            : throw new ArgumentException(
                $"Images of {images.shape[2]}x{images.shape[3]} pixels leave a feature map of a single cell, where Grad-CAM cannot tell places apart. Use larger images.",
                nameof(images));
    }

    private static List<GradCamResult> Results(ImageClassifier network, Tensor images, Tensor logits, Tensor index, Tensor raw)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var (rows, columns) = ((int)raw.shape[2], (int)raw.shape[3]);
        var positive = raw.relu();
        var upsampled = nn.functional.interpolate(positive, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        var maps = Values(upsampled);
        var raws = Values(raw);
        var logProbabilities = Values(nn.functional.log_softmax(logits, 1));
        var explained = Values(logits.gather(1, index));
        var biases = network.Head.bias is { } bias ? Values(bias.index_select(0, index.squeeze(1))) : new float[explained.Length];
        var targets = index.cpu().data<long>().ToArray();
        var results = new List<GradCamResult>();
        for (var i = 0; i < targets.Length; i++)
        {
            var cells = raws.AsSpan(i * rows * columns, rows * columns).ToArray();
            var map = maps.AsSpan(i * height * width, height * width).ToArray();
            MinMax(map);
            results.Add(new GradCamResult
            {
                Target = (int)targets[i],
                Logit = explained[i],
                LogProbabilities = logProbabilities.AsSpan(i * network.Classes, network.Classes).ToArray(),
                Map = new Attribution(map, [height, width]),
                Raw = new Attribution(cells, [rows, columns]),
                HasPositiveEvidence = cells.Any(c => c > 0),
                PositiveShare = cells.Count(c => c > 0) / (double)cells.Length,
                IdentityResidual = cells.Sum(c => (double)c) + biases[i] - explained[i],
            });
        }

        return results;
    }

    /// <summary>Stretches to 0..1; a flat map of zeros stays zero, any other flat map becomes one.</summary>
    private static void MinMax(Span<float> map)
    {
        var (low, high) = (float.MaxValue, float.MinValue);
        foreach (var value in map)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (high <= 0)
            return;
        foreach (ref var value in map)
            value = high > low ? (value - low) / (high - low) : 1;
    }

    private static float[] Values(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}
