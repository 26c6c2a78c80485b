using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// Cached features of a frozen backbone for unchanging images: batches whose <see cref="ImageBatch.Images"/> are pooled features
/// float32 [N, channels], in the order of their source.
/// </summary>
internal sealed class FeatureBatches : IBatchSource, IDisposable
{
    /// <summary>Maximum size of the cache on the device.</summary>
    private const long LargestBytes = 2L << 30;

    private readonly IBatchSource source;
    private readonly IFixedImages images;
    private readonly Tensor features;
    private readonly Tensor labels;
    private readonly string[] ids;

    private FeatureBatches(IBatchSource source, IFixedImages images, Tensor features, Tensor labels, string[] ids) =>
        (this.source, this.images, this.features, this.labels, this.ids) = (source, images, features, labels, ids);

    public int Count => source.Count;

    public int BatchCount => source.BatchCount;

    /// <summary>Computes the features of every image of a source; null if its images change per epoch or do not fit.</summary>
    /// <param name="network">In evaluation mode during the call.</param>
    /// <param name="source">Source of the images.</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    public static FeatureBatches? Of(ImageClassifier network, IBatchSource source, CancellationToken cancellationToken)
    {
        if (source.Fixed is not { } images || images.Count * (long)network.FeatureChannels * sizeof(float) > LargestBytes)
            return null;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var mode = EvaluationMode.Of(network);
        var (features, labels, ids) = (new List<Tensor>(), new List<Tensor>(), new List<string>());
        foreach (var batch in images.ReadOnce(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (batch)
            using (var part = NewDisposeScope())
            {
                features.Add(network.Pool(network.Features(batch.Images)).MoveToOuterDisposeScope());
                labels.Add(batch.Labels.alias().MoveToOuterDisposeScope());
                ids.AddRange(batch.Ids);
            }
        }

        return new FeatureBatches(
            source, images, cat(features, 0).DetachFromDisposeScope(), cat(labels, 0).DetachFromDisposeScope(), [.. ids]);
    }

    public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        foreach (var positions in images.Batches(epoch).Skip(firstBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var index = tensor(Array.ConvertAll(positions, position => (long)position), device: features.device);
            yield return new ImageBatch(features.index_select(0, index), labels.index_select(0, index), [.. positions.Select(position => ids[position])]);
        }
    }

    public void Dispose()
    {
        features.Dispose();
        labels.Dispose();
    }
}
