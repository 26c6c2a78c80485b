using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Gradients of a score with respect to the input; weights get no gradients.</summary>
internal static class InputGradients
{
    /// <summary><c>sum_j weights[j] * ds/dx (points[j])</c>, [1, 3, H, W], in chunks, so that memory does not grow with the number of points.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="weights">One for each point.</param>
    /// <param name="points">Returns the points [n, 3, H, W] starting at an index.</param>
    /// <param name="direction">[1, classes]: the score is its dot product with the logits.</param>
    /// <param name="chunkSize">Points per batch.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    public static Tensor WeightedSum(
        ImageClassifier network,
        IReadOnlyList<double> weights,
        Func<int, int, Tensor> points,
        Tensor direction,
        int chunkSize,
        CancellationToken cancellationToken)
    {
        Tensor? sum = null;
        for (var first = 0; first < weights.Count; first += chunkSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(chunkSize, weights.Count - first);
            var column = Column(weights, first, count, direction.device);
            var part = Of(network, points(first, count), direction).mul(column).sum(0, keepdim: true);
            sum = sum is null ? part.MoveToOuterDisposeScope() : sum.add_(part);
        }

        return sum ?? throw new ArgumentException("There are no points.", nameof(weights));
    }

    /// <summary>Numbers as [count, 1, 1, 1], to scale images.</summary>
    public static Tensor Column(IReadOnlyList<double> values, int first, int count, Device device) =>
        tensor(values.Skip(first).Take(count).Select(v => (float)v).ToArray(), device: device).view(count, 1, 1, 1);

    private static Tensor Of(ImageClassifier network, Tensor points, Tensor direction)
    {
        using var grad = enable_grad();
        var input = points.detach();
        input.requires_grad = true;
        var logits = network.call(input);
        return input.GradientOf(logits, direction.expand_as(logits).contiguous());
    }
}
