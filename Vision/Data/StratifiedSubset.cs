using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data;

/// <summary>Selects a stratified subset.</summary>
internal static class StratifiedSubset
{
    /// <summary>
    /// Shuffles each class by the seed, places its k-th image of n at (k - 1/2) / n, and takes the first
    /// images. A class whose share is below one half is left out.
    /// </summary>
    /// <param name="samples">What to choose from.</param>
    /// <param name="most">Maximum number of images.</param>
    /// <param name="seed">Seed of the selection.</param>
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
