using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data.Duplicates;

/// <summary>Two images of different splits with the same content.</summary>
/// <param name="Id">A test or validation image.</param>
/// <param name="Split">Its split: <c>test</c> or <c>validation</c>.</param>
/// <param name="OtherId">The image that it duplicates.</param>
/// <param name="OtherSplit">Split of the other image: <c>train</c> or <c>validation</c>.</param>
/// <param name="SameClass">Whether both have the same label; if not, one label is wrong.</param>
/// <param name="Distance">Hamming distance of the hashes, 0 to 64.</param>
/// <param name="Correlation">Pearson's correlation at 32x32 gray pixels.</param>
public sealed record NearDuplicate(string Id, string Split, string OtherId, string OtherSplit, bool SameClass, int Distance, double Correlation);

/// <summary>
/// Finds images that occur in two splits, even re-encoded or scaled: the network has seen them, so metrics become optimistic.
/// Crops and mirrored images are not found.
/// </summary>
public static class NearDuplicates
{
    /// <summary>Maximum Hamming distance of near duplicates.</summary>
    public const int LargestDistance = 10;

    /// <summary>Minimum correlation of near duplicates.</summary>
    public const double LeastCorrelation = 0.98;

    /// <summary>Compares every test image with training and validation images, and every validation image with training images.</summary>
    /// <returns>Pairs, test images first, in dataset order.</returns>
    /// <exception cref="ImageFormatException">A file was changed or removed since the dataset was opened.</exception>
    public static async Task<IReadOnlyList<NearDuplicate>> FindAsync(Dataset dataset, int parallelism, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellation };
        var train = await HashAsync("train", dataset.Train, options).ConfigureAwait(false);
        var validation = await HashAsync("validation", dataset.Validation, options).ConfigureAwait(false);
        var test = await HashAsync("test", dataset.Test, options).ConfigureAwait(false);
        return [.. Pairs(test, [.. train, .. validation], options), .. Pairs(validation, train, options)];
    }

    private static async Task<Hashed[]> HashAsync(string split, IReadOnlyList<Sample> samples, ParallelOptions options)
    {
        var hashes = new Hashed[samples.Count];
        await Parallel.ForAsync(0, hashes.Length, options, (i, _) =>
        {
            hashes[i] = new Hashed(samples[i], split, PerceptualHash.Of(samples[i].Source.Load(targetShorterSide: 64)));
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return hashes;
    }

    private static IEnumerable<NearDuplicate> Pairs(Hashed[] images, Hashed[] others, ParallelOptions options)
    {
        var found = new NearDuplicate[images.Length][];
        Parallel.For(0, images.Length, options, i => found[i] =
        [
            .. from other in others
               let distance = images[i].Hash.DistanceTo(other.Hash)
               where distance <= LargestDistance
               let correlation = images[i].Hash.CorrelationWith(other.Hash)
               where correlation >= LeastCorrelation
               select new NearDuplicate(
                   images[i].Sample.Id, images[i].Split, other.Sample.Id, other.Split, images[i].Sample.Label == other.Sample.Label,
                   distance, correlation),
        ]);
        return found.SelectMany(pairs => pairs);
    }

    private sealed record Hashed(Sample Sample, string Split, PerceptualHash Hash);
}
