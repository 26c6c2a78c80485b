using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Splits off the same fraction of every class.</summary>
internal static class StratifiedSplit
{
    /// <summary>
    /// Splits off <paramref name="fraction"/> of every class (rounded, at least one image and never the last one),
    /// selected by the seed. Both parts keep the input order.
    /// </summary>
    /// <param name="samples">What to split.</param>
    /// <param name="fraction">Fraction to split off; 0 for none.</param>
    /// <param name="seed">Seed of the selection.</param>
    /// <param name="part">Distinguishes several splits with one seed.</param>
    public static (List<Sample> Kept, List<Sample> HeldBack) Split(IReadOnlyList<Sample> samples, double fraction, long seed, int part)
    {
        var heldBack = new HashSet<Sample>(ReferenceEqualityComparer.Instance);
        foreach (var group in samples.GroupBy(sample => sample.Label))
        {
            var members = group.ToArray();
            new CounterRandom(seed, RandomPurpose.Split, part, group.Key).Shuffle(members.AsSpan());
            var count = fraction <= 0 ? 0 : Math.Clamp((int)Math.Round(fraction * members.Length), 1, Math.Max(1, members.Length - 1));
            if (members.Length > 1)
                heldBack.UnionWith(members.Take(count));
        }
        return ([.. samples.Where(sample => !heldBack.Contains(sample))], [.. samples.Where(heldBack.Contains)]);
    }
}
