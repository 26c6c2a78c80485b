using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Areas under the target's probability curve as the most important pixels are deleted or inserted first.</summary>
/// <param name="Deletion">0..1: lower is better.</param>
/// <param name="Insertion">0..1: higher is better.</param>
public sealed record PerturbationAreas(double Deletion, double Insertion);

/// <summary>
/// Deletion and insertion (Petsiuk, Das and Saenko 2018, "RISE"): pixels are replaced by the mean color, the most important first, or
/// revealed on a blurred image (Gaussian of 11 x 11 pixels, standard deviation 5); the area is under the softmax probability of the target
/// over the fraction of pixels, by the trapezoid rule. Both depend on the replacement and the number of steps, so compare only equal settings, and always
/// with <see cref="ControlMaps"/>. Ties are ordered row by row.
/// </summary>
public static class Perturbation
{
    /// <summary>Number of equal steps.</summary>
    public const int Steps = 28;

    private const int BlurRadius = 5;
    private const double BlurDeviation = 5;

    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="image">float32 [1, 3, H, W], normalized; its sides are longer than 5 pixels.</param>
    /// <param name="target">Class index.</param>
    /// <param name="importance">H x W numbers in C order.</param>
    /// <param name="chunkSize">Images per batch.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    public static PerturbationAreas Measure(
        ImageClassifier network, Tensor image, int target, ReadOnlySpan<float> importance, int chunkSize, CancellationToken cancellationToken = default)
    {
        Targets.Check(network, image, [target]);
        if (importance.Length != image.shape[2] * image.shape[3])
            throw new ArgumentException($"A map of {importance.Length} pixels does not fit an image of {image.shape[2]}x{image.shape[3]}.", nameof(importance));
        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var order = MapOrder.Descending(importance);
        var deleted = Curve(network, image, zeros_like(image), target, order, chunkSize, cancellationToken);
        var revealed = Curve(network, GaussianBlur.Of(image, BlurRadius, BlurDeviation), image, target, order, chunkSize, cancellationToken);
        return new PerturbationAreas(Area(deleted), Area(revealed));
    }

    /// <summary>The trapezoid rule over equal steps from 0 to 1.</summary>
    internal static double Area(IReadOnlyList<double> values) =>
        (values.Sum() - ((values[0] + values[^1]) / 2)) / (values.Count - 1);

    /// <summary>The target's probability with 0, 1/Steps, ..., 1 of the pixels replaced by <paramref name="other"/>.</summary>
    private static List<double> Curve(
        ImageClassifier network, Tensor image, Tensor other, int target, int[] order, int chunkSize, CancellationToken cancellationToken)
    {
        var difference = other.sub(image);
        var probabilities = new List<double>();
        for (var first = 0; first <= Steps; first += chunkSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(chunkSize, Steps + 1 - first);
            var taken = Taken(order, first, count).view(count, 1, image.shape[2], image.shape[3]).to(image.device);
            var softmax = nn.functional.softmax(network.call(image.addcmul(taken, difference, 1)), 1).ToFloats();
            for (var i = 0; i < count; i++)
                probabilities.Add(softmax[(i * network.Classes) + target]);
        }

        return probabilities;
    }

    /// <summary>1 where a pixel is replaced: [count, pixels].</summary>
    private static Tensor Taken(int[] order, int first, int count)
    {
        var taken = new float[count * order.Length];
        for (var i = 0; i < count; i++)
        {
            var pixels = (int)Math.Round((first + i) * (double)order.Length / Steps);
            foreach (var place in order.AsSpan(0, pixels))
                taken[(i * order.Length) + place] = 1;
        }

        return tensor(taken, [count, order.Length]);
    }
}
