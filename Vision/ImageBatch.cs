using TorchSharp;

namespace Linnaeus.Vision;

/// <summary>A batch ready for a network. Owns its tensors: whoever takes a batch disposes it.</summary>
/// <param name="Images">float32 [N, 3, H, W], normalized by the dataset's mean and standard deviation, on the network's device.</param>
/// <param name="Labels">int64 [N], class indices.</param>
/// <param name="Ids">N stable names of the images, e.g. their paths inside the dataset.</param>
public sealed record ImageBatch(torch.Tensor Images, torch.Tensor Labels, IReadOnlyList<string> Ids) : IDisposable
{
    /// <summary>float32 [N, classes], rows summing to 1, where labels are mixed (Mixup, CutMix); otherwise absent.</summary>
    public torch.Tensor? SoftLabels { get; init; }

    /// <summary>Images in the batch.</summary>
    public int Count => Ids.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        SoftLabels?.Dispose();
    }
}

/// <summary>
/// Images that can be read in batches, epoch after epoch. What an epoch holds, its order and its augmentation are a function
/// of the source's seed and the epoch number alone, so that a resumed run sees what an uninterrupted one would have seen.
/// </summary>
public interface IBatchSource
{
    /// <summary>Images in one epoch.</summary>
    int Count { get; }

    /// <summary>Batches in one epoch.</summary>
    int BatchCount { get; }

    /// <summary>The same images as ones that look the same in every epoch; null where they do not.</summary>
    IFixedImages? Fixed => null;

    /// <summary>
    /// Reads one epoch in order, beginning with batch <paramref name="firstBatch"/> (0 for the whole epoch). Each batch belongs to the caller.
    /// </summary>
    /// <param name="epoch">Epoch number from 1.</param>
    /// <param name="firstBatch">Batches to leave out at the beginning: 0 to <see cref="BatchCount"/>.</param>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken);
}

/// <summary>
/// Images that are not changed from epoch to epoch, only ordered: what a frozen network makes of them need be computed only once.
/// </summary>
public interface IFixedImages
{
    /// <summary>Images in all.</summary>
    int Count { get; }

    /// <summary>Reads every image once, in batches that belong to the caller.</summary>
    IEnumerable<ImageBatch> ReadOnce(CancellationToken cancellationToken);

    /// <summary>The batches of an epoch, as positions among the images of <see cref="ReadOnce"/>.</summary>
    IReadOnlyList<int[]> Batches(int epoch);
}
