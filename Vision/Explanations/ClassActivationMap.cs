using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>A class activation map of one image.</summary>
/// <param name="Explained">The explained score.</param>
/// <param name="Map">[H, W] in 0..1 at the input's size; all zero without positive evidence.</param>
public sealed record ClassActivationResult(ExplainedScore Explained, Attribution Map) : Explanation(Explained, Map)
{
    /// <summary>The weighted feature map, e.g. <c>features.8</c>.</summary>
    public required string Layer { get; init; }

    /// <summary>[h, w] at the feature map's size: the weighted sum of channels before ReLU. For Grad-CAM at the last layer, in contributions to the score.</summary>
    public required Attribution Raw { get; init; }

    /// <summary>Whether any cell supports the class; otherwise the map is zero, which is not an error.</summary>
    public required bool HasPositiveEvidence { get; init; }

    /// <summary>Fraction of raw cells above zero, 0..1.</summary>
    public required double PositiveShare { get; init; }

    /// <summary>
    /// Grad-CAM at the last layer: sum of the raw map plus the classifier's bias minus the score. It is zero up to rounding, because only global
    /// average pooling and one linear layer follow. Null for other methods and layers.
    /// </summary>
    public double? IdentityResidual { get; init; }
}

/// <summary>
/// Shared by Grad-CAM and Grad-CAM++: channels of a feature map A weighted by their gradients, <c>M = ReLU(sum_k w_k A_k)</c>, bilinear
/// upsampling with half-pixel centers, min-max to 0..1, in evaluation mode. The gradient is taken with respect to the
/// activation, so frozen weights and shared networks work without hooks. At the last layer it has a closed form,
/// <c>dz_t/dA_k(i,j) = W[t,k] / (h w)</c>, and one forward pass is enough.
/// </summary>
internal static class ClassActivationMap
{
    /// <summary>Activations and gradients [N, K, h, w] to weights [N, K, 1, 1].</summary>
    public delegate Tensor Weighting(Tensor activations, Tensor gradients);

    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized, on the network's device.</param>
    /// <param name="targets">One per image; null explains the predicted classes.</param>
    /// <param name="layerName">One of <see cref="FeatureLayers.Names"/>; the last when null.</param>
    /// <param name="weighting">The method's weights.</param>
    /// <param name="sumsToScore">Whether the raw map and the bias sum to the score at the last layer.</param>
    public static IReadOnlyList<ClassActivationResult> Explain(
        ImageClassifier network, Tensor images, IReadOnlyList<ExplanationTarget>? targets, string? layerName, Weighting weighting, bool sumsToScore)
    {
        Targets.Check(network, images, targets);
        var layer = FeatureLayers.Find(network, layerName);
        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var activations = layer.Activation(images);
        var (explained, gradients) = layer.IsLast
            ? ClosedForm(network, layer, activations, targets)
            : Backward(layer, activations, targets);
        var raw = weighting(activations, gradients).mul(activations).sum(1, keepdim: true);
        var residuals = sumsToScore && layer.IsLast ? Residuals(network, explained, raw) : null;
        return Results(images, layer, explained, raw, residuals);
    }

    private static (Targets Explained, Tensor Gradients) ClosedForm(
        ImageClassifier network, FeatureLayer layer, Tensor activations, IReadOnlyList<ExplanationTarget>? targets)
    {
        var explained = Targets.Of(layer.Logits(activations), targets);
        var cells = activations.shape[2] * activations.shape[3];
        var rows = explained.Direction.mm(network.Head.weight).div(cells);
        return (explained, rows.unsqueeze(-1).unsqueeze(-1).expand_as(activations));
    }

    private static (Targets Explained, Tensor Gradients) Backward(FeatureLayer layer, Tensor activations, IReadOnlyList<ExplanationTarget>? targets)
    {
        using var grad = enable_grad();
        activations.requires_grad = true;
        var logits = layer.Logits(activations);
        var explained = Targets.Of(logits, targets);
        var gradients = activations.GradientOf(logits, explained.Direction);
        activations.requires_grad = false;
        return (explained, gradients);
    }

    private static double[] Residuals(ImageClassifier network, Targets explained, Tensor raw)
    {
        var sums = raw.sum([1, 2, 3], type: ScalarType.Float64);
        var biases = network.Head.bias is { } bias ? explained.Direction.mv(bias).to(ScalarType.Float64) : zeros_like(sums);
        var totals = sums.add(biases).cpu().data<double>().ToArray();
        return [.. totals.Zip(explained.Scores, (total, score) => total - score.Score)];
    }

    private static List<ClassActivationResult> Results(Tensor images, FeatureLayer layer, Targets explained, Tensor raw, double[]? residuals)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var (rows, columns) = ((int)raw.shape[2], (int)raw.shape[3]);
        var upsampled = nn.functional.interpolate(raw.relu(), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        var maps = upsampled.ToFloats();
        var raws = raw.ToFloats();
        var results = new List<ClassActivationResult>();
        for (var i = 0; i < explained.Scores.Count; i++)
        {
            var cells = raws.AsSpan(i * rows * columns, rows * columns).ToArray();
            var map = maps.AsSpan(i * height * width, height * width).ToArray();
            MinMax(map);
            results.Add(new ClassActivationResult(explained.Scores[i], new Attribution(map, [height, width]))
            {
                Layer = layer.Name,
                Raw = new Attribution(cells, [rows, columns]),
                HasPositiveEvidence = cells.Any(c => c > 0),
                PositiveShare = cells.Count(c => c > 0) / (double)cells.Length,
                IdentityResidual = residuals?[i],
            });
        }

        return results;
    }

    /// <summary>Min-max scales to 0..1; a flat zero map stays zero, any other flat map becomes one.</summary>
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
}
