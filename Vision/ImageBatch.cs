using TorchSharp;

namespace Linnaeus.Vision;

/// <summary>A batch for a network. Owns its tensors; the receiver disposes it.</summary>
/// <param name="Images">float32 [N, 3, H, W], normalized by the dataset's mean and standard deviation, on the network's device.</param>
/// <param name="Labels">int64 [N], class indices.</param>
/// <param name="Ids">N stable names of the images, e.g. their paths inside the dataset.</param>
public sealed record ImageBatch(torch.Tensor Images, torch.Tensor Labels, IReadOnlyList<string> Ids) : IDisposable
{
    /// <summary>float32 [N, classes], rows summing to 1, where labels are mixed (Mixup, CutMix); otherwise null.</summary>
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
/// Images in batches, epoch by epoch. Content, order and augmentation of an epoch depend only on
/// the source's seed and the epoch number, so that a resumed run sees the same data as an uninterrupted one.
/// </summary>
public interface IBatchSource
{
    /// <summary>Images in one epoch.</summary>
    int Count { get; }

    /// <summary>Batches in one epoch.</summary>
    int BatchCount { get; }

    /// <summary>The images without per-epoch changes; null if augmentation changes them.</summary>
    IFixedImages? Fixed => null;

    /// <summary>
    /// Reads one epoch in order from batch <paramref name="firstBatch"/> (0 for the whole epoch). The caller owns each batch.
    /// </summary>
    /// <param name="epoch">Epoch number from 1.</param>
    /// <param name="firstBatch">Batches to skip: 0 to <see cref="BatchCount"/>.</param>
    /// <param name="cancellationToken">Stops reading with <see cref="OperationCanceledException"/>.</param>
    IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken);
}

/// <summary>
/// Images that change only in order between epochs, so that a frozen network's features can be cached.
/// </summary>
public interface IFixedImages
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Reads every image once; the caller owns the batches.</summary>
    IEnumerable<ImageBatch> ReadOnce(CancellationToken cancellationToken);

    /// <summary>The batches of an epoch as indices into the images of <see cref="ReadOnce"/>.</summary>
    IReadOnlyList<int[]> Batches(int epoch);
}
