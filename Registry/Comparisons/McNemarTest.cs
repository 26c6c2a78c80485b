namespace Linnaeus.Registry.Comparisons;

/// <summary>
/// McNemar's exact test: whether two classifiers differ on the same images. Of the images on which only one of them is right, each has it by a
/// fair coin if they are equally good (Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", Psychometrika 12, 1947).
/// </summary>
public static class McNemarTest
{
    /// <summary>Two-sided p-value in 0..1: <c>min(1, 2 P(X &lt;= min(b, c)))</c> with X binomial of b + c fair coins; 1 when there is none.</summary>
    /// <param name="lost">Images that the first alone has right (b).</param>
    /// <param name="gained">Images that the second alone has right (c).</param>
    public static double PValue(int lost, int gained)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        var coins = lost + gained;
        // Logarithms, as 2^-n of some thousand coins is below the smallest double; terms are summed from the largest.
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
