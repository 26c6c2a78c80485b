using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Similarity of two maps.</summary>
public static class MapSimilarity
{
    /// <summary>
    /// Spearman's rank correlation: Pearson's of the ranks, ties get their mean rank. -1..1; null if a map is flat, which has no
    /// ranking.
    /// </summary>
    public static double? Spearman(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        CheckSizes(first, second);
        return Correlation(Ranks(first), Ranks(second));
    }

    /// <summary>Intersection over union of the maps' top pixels, 0..1.</summary>
    /// <param name="first">Any numbers.</param>
    /// <param name="second">As many.</param>
    /// <param name="share">Fraction of the pixels, above 0, at most 1; at least one pixel is used.</param>
    public static double TopOverlap(ReadOnlySpan<float> first, ReadOnlySpan<float> second, double share = 0.1)
    {
        CheckSizes(first, second);
        var count = Math.Max(1, (int)Math.Round(share * first.Length));
        var top = MapOrder.Descending(first).Take(count).ToHashSet();
        var both = MapOrder.Descending(second).Take(count).Count(top.Contains);
        return both / (double)((2 * count) - both);
    }

    /// <summary>Resizes a map [H, W] bilinearly with half-pixel centers.</summary>
    public static float[] Resize(float[] map, (int Height, int Width) from, (int Height, int Width) to)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (from == to)
            return map;
        using var scope = NewDisposeScope();
        var cells = tensor(map, [1, 1, from.Height, from.Width]);
        return nn.functional.interpolate(cells, [to.Height, to.Width], mode: InterpolationMode.Bilinear, align_corners: false).ToFloats();
    }

    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        var sorted = values.ToArray();
        var places = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, places);
        var ranks = new double[sorted.Length];
        for (var from = 0; from < sorted.Length;)
        {
            var to = from;
            while (to < sorted.Length && sorted[to] == sorted[from])
                to++;
            for (var i = from; i < to; i++)
                ranks[places[i]] = (from + to - 1) / 2.0;
            from = to;
        }

        return ranks;
    }

    private static double? Correlation(double[] first, double[] second)
    {
        var mean = (first.Length - 1) / 2.0;
        var (both, one, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            var (a, b) = (first[i] - mean, second[i] - mean);
            (both, one, other) = (both + (a * b), one + (a * a), other + (b * b));
        }

        return one > 0 && other > 0 ? both / Math.Sqrt(one * other) : null;
    }

    private static void CheckSizes(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length || first.IsEmpty)
            throw new ArgumentException($"Maps of {first.Length} and {second.Length} pixels cannot be compared.", nameof(second));
    }
}
