using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Sensitivity of an explanation to imperceptible noise.</summary>
public static class Sensitivity
{
    /// <summary>Maximum change of a normalized input value, as in Captum.</summary>
    public const double Radius = 0.02;

    /// <summary>Number of noisy copies.</summary>
    public const int Samples = 5;

    /// <summary>
    /// Max-sensitivity (Yeh et al. 2019, "On the (In)fidelity and Sensitivity of Explanations"): <c>max_d ||e(x + d) - e(x)|| / ||e(x)||</c> over random d,
    /// uniform in <c>[-r, r]</c>. Lower is better, but a constant map also has 0. Null if the map is zero.
    /// </summary>
    /// <param name="explanation">Explanation of the image without noise.</param>
    /// <param name="image">float32 [1, 3, H, W], normalized.</param>
    /// <param name="explain">The same method with the same parameters for images [n, 3, H, W] and one target each.</param>
    /// <param name="seed">Seed of the noise.</param>
    public static double? Max(
        Explanation explanation, Tensor image, Func<Tensor, IReadOnlyList<ExplanationTarget>, IReadOnlyList<Explanation>> explain, long seed)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(explain);
        var length = Math.Sqrt(explanation.Map.Values.Sum(value => (double)value * value));
        if (length == 0)
            return null;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var noise = rand([Samples, 3, image.shape[2], image.shape[3]], generator: generator).mul(2).sub(1).to(image.device);
        var target = new ExplanationTarget(explanation.Target, explanation.Explained.Against);
        var changed = explain(image.add(noise, Radius), [.. Enumerable.Repeat(target, Samples)]);
        return changed.Max(other => Distance(other.Map.Values, explanation.Map.Values)) / length;
    }

    private static double Distance(float[] first, float[] second)
    {
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++)
            sum += ((double)first[i] - second[i]) * ((double)first[i] - second[i]);
        return Math.Sqrt(sum);
    }
}
