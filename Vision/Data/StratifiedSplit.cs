using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Takes a share out of every class alike.</summary>
internal static class StratifiedSplit
{
    /// <summary>
    /// Holds back <paramref name="fraction"/> of every class (rounded, at least one image and never the last one), chosen
    /// by the seed. Both parts keep the order of the input.
    /// </summary>
    /// <param name="samples">What to split.</param>
    /// <param name="fraction">Share to hold back; 0 holds back nothing.</param>
    /// <param name="seed">Decides which images.</param>
    /// <param name="part">Tells several splits by one seed apart.</param>
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
