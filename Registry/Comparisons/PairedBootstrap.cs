using Linnaeus.Registry.Evaluations;

namespace Linnaeus.Registry.Comparisons;

/// <summary>
/// Percentile confidence intervals of differences between two classifiers: resamples the test images with replacement, keeps both
/// predictions, and recomputes the difference (B. Efron, R. Tibshirani, "An introduction to the bootstrap", 1993, chapter 13).
/// </summary>
public sealed class PairedBootstrap
{
    public const int Samples = 2000;
    public const double Confidence = 0.95;
    private const int TopK = 5;

    private readonly int _images;
    private readonly List<Measure> _measures = [];

    public PairedBootstrap(PairedPredictions pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        _images = pairs.Count;
        TestedImage[] first = [.. pairs.Pairs.Select(p => p.First)];
        TestedImage[] second = [.. pairs.Pairs.Select(p => p.Second)];
        AddMean("accuracy", image => image.Correct ? 1 : 0);
        if (first.Concat(second).All(image => image.Top is { Count: > 0 }))
            AddMean("top5_accuracy", image => image.Top!.Take(TopK).Any(top => top.Class == image.Label) ? 1 : 0);
        var (f1, otherF1) = (new MacroF1(first), new MacroF1(second));
        _measures.Add(new Measure("macro_f1", f1.Of, otherF1.Of, indices => otherF1.Of(indices) - f1.Of(indices)));
        AddMean("loss", image => image.Loss);

        void AddMean(string name, Func<TestedImage, double> value)
        {
            var (ofFirst, ofSecond) = (Array.ConvertAll(first, image => value(image)), Array.ConvertAll(second, image => value(image)));
            var differences = ofSecond.Zip(ofFirst, (s, f) => s - f).ToArray();
            _measures.Add(new Measure(name, i => Mean(ofFirst, i), i => Mean(ofSecond, i), i => Mean(differences, i)));
        }
    }

    /// <summary>Every metric of the predictions, with the confidence interval of its difference.</summary>
    /// <param name="seed">The same seed gives the same intervals.</param>
    public List<MetricDifference> Differences(int seed, CancellationToken cancellationToken)
    {
        var drawn = _measures.ConvertAll(_ => new double[Samples]);
        var random = new Random(seed);
        var indices = new int[_images];
        for (var sample = 0; sample < Samples; sample++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < indices.Length; i++) indices[i] = random.Next(indices.Length);
            for (var m = 0; m < drawn.Count; m++) drawn[m][sample] = _measures[m].Difference(indices);
        }
        int[] all = [.. Enumerable.Range(0, _images)];
        // Losses near the largest number have no finite sum, and JSON has no infinity.
        return [.. _measures.Zip(drawn, (measure, values) => Describe(measure, values, all))
            .Where(d => double.IsFinite(d.Low + d.High + d.Difference))];
    }

    /// <summary>Interpolates linearly, like NumPy's default.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="share">0..1.</param>
    public static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }

    private static MetricDifference Describe(Measure measure, double[] drawn, int[] all)
    {
        Array.Sort(drawn);
        return new MetricDifference(measure.Name, measure.First(all), measure.Second(all), measure.Difference(all),
            Quantile(drawn, (1 - Confidence) / 2), Quantile(drawn, (1 + Confidence) / 2));
    }

    private static double Mean(double[] values, int[] indices)
    {
        var sum = 0.0;
        foreach (var index in indices) sum += values[index];
        return sum / indices.Length;
    }

    /// <summary>A metric over the images at some indices, for each version, and the difference.</summary>
    private sealed record Measure(string Name, Func<int[], double> First, Func<int[], double> Second, Func<int[], double> Difference);
}
