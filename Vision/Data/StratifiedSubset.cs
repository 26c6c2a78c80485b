using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Takes some images of all, in which every class has about its share.</summary>
internal static class StratifiedSubset
{
    /// <summary>
    /// Chooses images by the seed: each class is shuffled, its k-th image of n stands at (k - 1/2) / n, and those that stand first are
    /// taken. A class too small for its share to reach a half is left out.
    /// </summary>
    /// <param name="samples">What to choose from.</param>
    /// <param name="most">How many; all when there are no more.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>Indices, ascending.</returns>
    public static int[] Choose(IReadOnlyList<Sample> samples, int most, long seed)
    {
        if (samples.Count <= most)
            return [.. Enumerable.Range(0, samples.Count)];
        var places = new List<(double Place, int Index)>();
        foreach (var group in Enumerable.Range(0, samples.Count).GroupBy(index => samples[index].Label))
        {
            var members = group.ToArray();
            new CounterRandom(seed, RandomPurpose.Split, 2, group.Key).Shuffle(members.AsSpan());
            places.AddRange(members.Select((index, rank) => ((rank + 0.5) / members.Length, index)));
        }

        return [.. places.Order().Take(most).Select(place => place.Index).Order()];
    }
}
