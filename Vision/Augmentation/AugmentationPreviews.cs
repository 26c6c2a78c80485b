using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Preview grids of augmented and mixed images, before normalization.</summary>
public static class AugmentationPreviews
{
    private const int LargestCell = 256;

    /// <summary>Nine variations of one image, three by three.</summary>
    /// <param name="image">Any size; the center square is used.</param>
    /// <param name="pipeline">The augmentation.</param>
    /// <param name="seed">Seed of the run.</param>
    public static Image Variations(Image image, AugmentationPipeline pipeline, long seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(pipeline);
        using var scope = NewDisposeScope();
        var copies = Batch([image], pipeline.SourceSize).expand(9, -1, -1, -1);
        return Grid([pipeline.Apply(copies, seed, epoch: 1, step: 0)], columns: 3, pipeline.Normalization);
    }

    /// <summary>Samples in class-alternating order: the first of each class, then the second of each.</summary>
    public static IReadOnlyList<Sample> Varied(IReadOnlyList<Sample> samples, int count) => [.. samples
        .GroupBy(sample => sample.Label).SelectMany(group => group.Select((sample, rank) => (sample, rank)))
        .OrderBy(pair => pair.rank).Select(pair => pair.sample).Take(count)];

    /// <summary>One row of original images, then one row per mixing kind, Mixup first.</summary>
    /// <param name="images">Two or more, any size; the center squares are used.</param>
    /// <param name="imageSize">Side of the network's input in pixels.</param>
    /// <param name="mixing">How batches are mixed.</param>
    /// <param name="seed">Seed of the run.</param>
    public static Image Mixing(IReadOnlyList<Image> images, int imageSize, MixingOptions mixing, long seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(mixing);
        if (images.Count < 2)
            throw new ArgumentException("Mixing needs at least two images.", nameof(images));
        using var scope = NewDisposeScope();
        var unchanged = AugmentationPresets.Create(AugmentationPreset.None, imageSize);
        var originals = unchanged.Apply(Batch(images, imageSize), seed, epoch: 1, step: 0);
        var labels = arange(images.Count, dtype: ScalarType.Int64);
        var rows = new List<Tensor> { originals };
        foreach (var kind in new[] { MixingKind.Mixup, MixingKind.CutMix }.Where(kind => mixing.Kind == kind || mixing.Kind == MixingKind.Alternate))
        {
            var mixer = new BatchMixer(mixing with { Kind = kind, Probability = 1, LastEpoch = null }, images.Count);
            rows.Add(mixer.Mix(originals, labels, seed, epoch: 1, step: 0)!.Value.Images);
        }
        return Grid(rows, images.Count, unchanged.Normalization);
    }

    /// <summary>uint8 [N, 3, size, size].</summary>
    private static Tensor Batch(IReadOnlyList<Image> images, int size) =>
        cat([.. images.Select(image => BatchSource.ToTensor(ImageResizer.ResizeAndCrop(image, size).Pixels, 1, size))]);

    private static Image Grid(IReadOnlyList<Tensor> rows, int columns, Normalization normalization)
    {
        var images = normalization.Undo(cat([.. rows]));
        long count = images.shape[0], side = images.shape[2];
        // [row, column, 3, y, x] to [row, y, column, x, 3]: the bytes of one image.
        var tiled = images.reshape(count / columns, columns, 3, side, side).permute(0, 3, 1, 4, 2).contiguous();
        var grid = new Image((int)(columns * side), (int)(count / columns * side), tiled.bytes.ToArray());
        return side <= LargestCell
            ? grid
            : ImageResizer.Resize(grid, columns * LargestCell, (int)(count / columns) * LargestCell);
    }
}
