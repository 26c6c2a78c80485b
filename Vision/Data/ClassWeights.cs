namespace Linnaeus.Vision.Data;

/// <summary>Weights of classes in a loss.</summary>
public static class ClassWeights
{
    /// <summary>
    /// <c>samples / (classes that occur * samples of the class)</c>, as scikit-learn's <c>class_weight="balanced"</c>: every class weighs the same in
    /// sum, and a sample weighs 1 on average. A class that does not occur has the weight 1.
    /// </summary>
    /// <returns>[<paramref name="classes"/>], all above 0.</returns>
    public static double[] Balanced(IReadOnlyList<Sample> samples, int classes)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var counts = samples.CountBy(sample => sample.Label).ToDictionary();
        return [.. Enumerable.Range(0, classes).Select(label => counts.TryGetValue(label, out var count) ? (double)samples.Count / (counts.Count * count) : 1)];
    }
}
