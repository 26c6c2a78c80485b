namespace Linnaeus.Vision.Explanations;

/// <summary>Sparseness of an attribution.</summary>
public static class Sparseness
{
    /// <summary>
    /// Gini index of the absolute values (Hurley and Rickard 2009, "Comparing measures of sparsity"; for attributions Chalasani et al. 2020):
    /// <c>1 - 2 sum_k |v|_(k) / sum |v| * (N - k + 1/2) / N</c> with |v| ascending. 0 when all are equal, 1 - 1/N when only one is nonzero; 0 for zeros.
    /// </summary>
    public static double Gini(ReadOnlySpan<float> values)
    {
        var sizes = values.ToArray();
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = Math.Abs(sizes[i]);
        Array.Sort(sizes);
        var (total, weighted) = (0.0, 0.0);
        for (var i = 0; i < sizes.Length; i++)
        {
            total += sizes[i];
            weighted += sizes[i] * (sizes.Length - i - 0.5);
        }

        return total > 0 ? 1 - (2 * weighted / (total * sizes.Length)) : 0;
    }
}
