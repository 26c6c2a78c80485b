using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>Images held in memory, the same order each epoch; a seeded per-epoch brightness stands for augmentation.</summary>
internal sealed class MemoryBatches(float[] images, long[] labels, int side, int batchSize, bool augment = false) : IBatchSource
{
    /// <summary>float32 [images, classes], for targets that are mixtures.</summary>
    public torch.Tensor? SoftLabels { get; init; }

    public int Count => labels.Length;

    public int BatchCount => (labels.Length + batchSize - 1) / batchSize;

    /// <summary>Images of one color a class with noise: easy to learn.</summary>
    public static MemoryBatches Colored(int count, int classes, int side, int batchSize, int seed, bool augment = false)
    {
        var random = new Random(seed);
        var images = new float[count * 3 * side * side];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % classes;
            for (var p = 0; p < 3 * side * side; p++)
            {
                var channel = p / (side * side);
                images[(i * 3 * side * side) + p] = (channel == labels[i] % 3 ? 1.5f : -0.5f) + (0.5f * (float)random.NextDouble());
            }
        }

        return new MemoryBatches(images, labels, side, batchSize, augment);
    }

    public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        var pixels = 3 * side * side;
        for (var b = firstBatch; b < BatchCount; b++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (first, count) = (b * batchSize, Math.Min(batchSize, labels.Length - (b * batchSize)));
            var shift = augment ? (float)new Random((epoch * 1000) + b).NextDouble() - 0.5f : 0;
            var values = images.AsSpan(first * pixels, count * pixels).ToArray();
            for (var i = 0; i < values.Length; i++)
                values[i] += shift;
            yield return new ImageBatch(
                torch.tensor(values, new long[] { count, 3, side, side }),
                torch.tensor(labels.AsSpan(first, count).ToArray()),
                [.. Enumerable.Range(first, count).Select(i => $"image-{i}")])
            {
                SoftLabels = SoftLabels?.narrow(0, first, count),
            };
        }
    }
}
