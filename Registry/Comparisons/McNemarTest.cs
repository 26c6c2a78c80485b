namespace Linnaeus.Registry.Comparisons;

/// <summary>
/// McNemar's exact test of whether two classifiers differ on the same images. If they are equally good, each image that exactly one
/// classifies correctly is a fair coin toss (Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", Psychometrika 12, 1947).
/// </summary>
public static class McNemarTest
{
    /// <summary>
    /// Two-sided p-value in 0..1: <c>min(1, 2 P(X &lt;= min(b, c)))</c> with X binomial of b + c fair coins; 1 for no coins.
    /// </summary>
    /// <param name="lost">Images that only the first classifies correctly (b).</param>
    /// <param name="gained">Images that only the second classifies correctly (c).</param>
    public static double PValue(int lost, int gained)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        var coins = lost + gained;
        // Logarithms, since 2^-n underflows for a few thousand coins; terms are summed from the largest.
        var tail = 0.0;
        var logTerm = -coins * Math.Log(2);
        var logTerms = new double[Math.Min(lost, gained) + 1];
        for (var k = 0; k < logTerms.Length; k++)
        {
            logTerms[k] = logTerm;
            logTerm += Math.Log((coins - k) / (k + 1.0));
        }
        for (var k = logTerms.Length - 1; k >= 0; k--) tail += Math.Exp(logTerms[k]);
        return Math.Min(1, 2 * tail);
    }
}
