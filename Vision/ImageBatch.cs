using TorchSharp;

namespace Linnaeus.Vision;

/// <summary>A batch ready for a network. Owns its tensors: whoever takes a batch disposes it.</summary>
/// <param name="Images">float32 [N, 3, H, W], normalised by the dataset's mean and standard deviation, on the network's device.</param>
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

    /// <summary>
    /// Reads one epoch in order, beginning with batch <paramref name="firstBatch"/> (0 for the whole epoch). Each batch belongs to the caller.
    /// </summary>
    /// <param name="epoch">Epoch number from 1.</param>
    /// <param name="firstBatch">Batches to leave out at the beginning: 0 to <see cref="BatchCount"/>.</param>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken);
}
