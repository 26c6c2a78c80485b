using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>How alike two maps of the same places are.</summary>
public static class MapSimilarity
{
    /// <summary>
    /// Spearman's rank correlation: Pearson's of the ranks, equal values taking the mean of theirs. -1..1; null where one of the maps is flat, which ranks
    /// nothing.
    /// </summary>
    public static double? Spearman(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        CheckSizes(first, second);
        return Correlation(Ranks(first), Ranks(second));
    }

    /// <summary>Intersection over union of each map's highest places, 0..1: whether they point at the same.</summary>
    /// <param name="first">Any numbers.</param>
    /// <param name="second">As many.</param>
    /// <param name="share">Which part of the places, above 0, at most 1; at least one is taken.</param>
    public static double TopOverlap(ReadOnlySpan<float> first, ReadOnlySpan<float> second, double share = 0.1)
    {
        CheckSizes(first, second);
        var count = Math.Max(1, (int)Math.Round(share * first.Length));
        var top = MapOrder.Descending(first).Take(count).ToHashSet();
        var both = MapOrder.Descending(second).Take(count).Count(top.Contains);
        return both / (double)((2 * count) - both);
    }

    /// <summary>A map [H, W] brought to another size, bilinear with half-pixel centers.</summary>
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
