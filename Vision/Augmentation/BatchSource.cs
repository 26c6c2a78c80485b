using Linnaeus.Vision.Data;
using Linnaeus.Vision.Augmentation;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>Loads, augments and normalizes a dataset split in batches on the device.</summary>
public sealed class BatchSource : IBatchSource, IFixedImages
{
    private readonly IReadOnlyList<Sample> _samples;
    private readonly LoaderOptions _options;
    private readonly ImageLoader _loader;
    private readonly AugmentationPipeline _pipeline;
    private readonly BatchMixer? _mixer;
    private readonly Device _device;
    private readonly long _seed;

    /// <param name="samples">A split of a dataset, not empty.</param>
    /// <param name="options">Batches, order, cache; its size must be the pipeline's <see cref="AugmentationPipeline.SourceSize"/>.</param>
    /// <param name="pipeline">Augmentation and normalization.</param>
    /// <param name="device">Device of the batches.</param>
    /// <param name="mixer">Mixes images and labels; null disables mixing.</param>
    public BatchSource(IReadOnlyList<Sample> samples, LoaderOptions options, AugmentationPipeline pipeline, Device device, BatchMixer? mixer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        // All cores decode for a GPU; without one they are needed for training.
        if (device.type == DeviceType.CUDA)
            options = options with { Pinned = true, Threads = Environment.ProcessorCount };
        (_samples, _options, _loader) = (samples, options, new ImageLoader(samples, options));
        (_pipeline, _device, _seed, _mixer) = (pipeline, device, options.Seed, mixer);
    }

    /// <summary>
    /// A training split: shuffled by the seed, without short last batches (bad for batch normalization), small classes oversampled if
    /// <paramref name="oversample"/> is set, images and labels mixed if there is a <paramref name="mixer"/>.
    /// </summary>
    public static BatchSource ForTraining(
        IReadOnlyList<Sample> samples, AugmentationPipeline pipeline, int batchSize, long seed, Device device, bool oversample = false,
        BatchMixer? mixer = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var options = new LoaderOptions
        {
            Size = pipeline.SourceSize,
            BatchSize = batchSize,
            Shuffle = true,
            Oversample = oversample,
            DropLast = true,
            Seed = seed,
        };
        return new BatchSource(samples, options, pipeline, device, mixer);
    }

    /// <summary>A split for evaluation: every image once, in dataset order, not augmented.</summary>
    public static BatchSource ForEvaluation(
        IReadOnlyList<Sample> samples, int imageSize, int batchSize, Device device, Normalization? normalization = null)
    {
        var pipeline = AugmentationPresets.Create(AugmentationPreset.None, imageSize, normalization);
        return new BatchSource(samples, new LoaderOptions { Size = imageSize, BatchSize = batchSize }, pipeline, device);
    }

    /// <inheritdoc/>
    public int Count => _loader.Count;

    /// <inheritdoc/>
    public int BatchCount => _loader.BatchCount;

    /// <inheritdoc/>
    public IFixedImages? Fixed => _pipeline.IsDeterministic && _mixer is null ? this : null;

    /// <inheritdoc/>
    int IFixedImages.Count => _samples.Count;

    /// <inheritdoc/>
    public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
        Read(_loader, epoch, firstBatch, cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ImageBatch> ReadOnce(CancellationToken cancellationToken)
    {
        var once = _options with { Shuffle = false, Oversample = false, DropLast = false, CacheBytes = 0 };
        return Read(new ImageLoader(_samples, once), epoch: 1, firstBatch: 0, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Batches(int epoch) => [.. _loader.Order(epoch).Chunk(_options.BatchSize).Take(BatchCount)];

    private IEnumerable<ImageBatch> Read(ImageLoader loader, int epoch, int firstBatch, CancellationToken cancellationToken)
    {
        foreach (var pixels in loader.ReadEpoch(epoch, firstBatch, cancellationToken))
        {
            using (pixels)
                yield return ToBatch(pixels, epoch);
        }
    }

    /// <summary>Prepares one image of any size like <see cref="ForEvaluation"/>.</summary>
    /// <returns>float32 [1, 3, imageSize, imageSize], normalized, channels-last strides.</returns>
    public static Tensor Prepare(Imaging.Image image, int imageSize, Device device, Normalization? normalization = null)
    {
        using var scope = NewDisposeScope();
        var square = Imaging.ImageResizer.ResizeAndCrop(image, imageSize);
        var pixels = ToTensor(square.Pixels, 1, imageSize).to(device);
        return AugmentationPresets.Create(AugmentationPreset.None, imageSize, normalization).Apply(pixels, seed: 0, epoch: 0, step: 0).MoveToOuterDisposeScope();
    }

    private ImageBatch ToBatch(PixelBatch pixels, int epoch)
    {
        using var scope = NewDisposeScope();
        var images = _pipeline.Apply(pixels.Images.to(_device, non_blocking: true), _seed, epoch, pixels.Number);
        var labels = tensor(pixels.Labels, device: _device);
        var mixed = _mixer?.Mix(images, labels, _seed, epoch, pixels.Number);
        return new ImageBatch((mixed?.Images ?? images).MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope(), pixels.Ids)
        {
            SoftLabels = mixed?.SoftLabels.MoveToOuterDisposeScope(),
        };
    }

    /// <summary>RGB bytes [N, S, S, 3] as uint8 [N, 3, S, S] in channels-last strides.</summary>
    internal static Tensor ToTensor(ReadOnlySpan<byte> pixels, int count, int size)
    {
        var rows = empty([count, size, size, 3], dtype: ScalarType.Byte);
        pixels.CopyTo(rows.bytes);
        return rows.permute(0, 3, 1, 2);
    }
}
