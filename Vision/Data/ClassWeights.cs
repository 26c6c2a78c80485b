namespace Linnaeus.Vision.Data;

/// <summary>Class weights of the loss.</summary>
public static class ClassWeights
{
    /// <summary>
    /// <c>samples / (classes that occur * samples of the class)</c>, as scikit-learn's <c>class_weight="balanced"</c>: every class has the same total
    /// weight, and the mean weight per sample is 1. Absent classes have weight 1.
    /// </summary>
    /// <returns>[<paramref name="classes"/>], all above 0.</returns>
    public static double[] Balanced(IReadOnlyList<Sample> samples, int classes)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var counts = samples.CountBy(sample => sample.Label).ToDictionary();
        return [.. Enumerable.Range(0, classes).Select(label => counts.TryGetValue(label, out var count) ? (double)samples.Count / (counts.Count * count) : 1)];
    }
}
