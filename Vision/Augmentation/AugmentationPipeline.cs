using System.Globalization;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>
/// Batched augmentation on the images' device: all geometry in one resampling, then pixel values, then
/// normalization. Random draws depend only on (seed, epoch, step, position in the batch).
/// </summary>
/// <remarks>
/// Keras resamples once per layer. Composing the maps first keeps images sharper (one interpolation instead of several), but
/// differs near the borders, where each Keras layer mirrors the previous layer's output, while here the
/// original image is mirrored once. A single layer gives the same numbers as Keras.
/// </remarks>
public sealed class AugmentationPipeline
{
    private readonly IReadOnlyList<IGeometricStep> _geometry;
    private readonly IReadOnlyList<IPixelStep> _pixels;
    private readonly Normalization _normalization;

    /// <param name="name">Name of the preset, as it is logged.</param>
    /// <param name="imageSize">Side of the output in pixels.</param>
    /// <param name="geometry">Steps that move pixels, in order.</param>
    /// <param name="pixels">Steps that change values, in order.</param>
    /// <param name="normalization">ImageNet's when absent.</param>
    public AugmentationPipeline(
        string name, int imageSize, IReadOnlyList<IGeometricStep> geometry, IReadOnlyList<IPixelStep> pixels, Normalization? normalization = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageSize, 1);
        (Name, ImageSize, _geometry, _pixels, _normalization) = (name, imageSize, geometry, pixels, normalization ?? Normalization.ImageNet);
    }

    public string Name { get; }

    /// <summary>Side of the output in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Normalization of the output.</summary>
    public Normalization Normalization => _normalization;

    /// <summary>Whether the output is the same every time.</summary>
    public bool IsDeterministic => _geometry.Count == 0 && _pixels.Count == 0;

    /// <summary>
    /// Side in pixels of the input images: larger than <see cref="ImageSize"/> when crops enlarge parts of them,
    /// so that the enlarged parts keep detail.
    /// </summary>
    public int SourceSize => _geometry.OfType<RandomResizedCrop>().Any() ? (int)Math.Round(1.25 * ImageSize) : ImageSize;

    /// <summary>The effective ranges of every step, logged as run parameters.</summary>
    public IReadOnlyDictionary<string, string> Describe()
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["augmentation"] = Name,
            ["augmentation.source_size"] = SourceSize.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in _geometry.Select(step => step.Describe()).Concat(_pixels.Select(step => step.Describe())))
            facts[$"augmentation.{name}"] = value;
        return facts;
    }

    /// <summary>Augments and normalizes a batch.</summary>
    /// <param name="images">uint8 [N, 3, S, S], any strides; not disposed.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch number.</param>
    /// <param name="step">Batch number in the epoch.</param>
    /// <returns>float32 [N, 3, <see cref="ImageSize"/>, <see cref="ImageSize"/>], normalized, channels-last strides, same device.</returns>
    /// <exception cref="ArgumentException">The input is not uint8; the steps assume values in 0..255.</exception>
    public Tensor Apply(Tensor images, long seed, int epoch, int step)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dtype != ScalarType.Byte || images.dim() != 4 || images.shape[1] != 3)
            throw new ArgumentException($"Augmentation needs uint8 images [N, 3, H, W] in 0..255, got {images.dtype} [{string.Join(", ", images.shape)}].", nameof(images));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var random = new CounterRandom[images.shape[0]];
        for (var i = 0; i < random.Length; i++)
            random[i] = new CounterRandom(seed, RandomPurpose.Augmentation, epoch, step, i);
        var result = Move(images.to(ScalarType.Float32), random);
        foreach (var change in _pixels)
            result = change.Apply(result, random);
        return _normalization.Apply(result).MoveToOuterDisposeScope();
    }

    private Tensor Move(Tensor images, CounterRandom[] random)
    {
        var source = new FrameSize(images.shape[3], images.shape[2]);
        var target = new FrameSize(ImageSize, ImageSize);
        if (_geometry.Count == 0 && source == target)
            return images;
        var maps = new AffineMap[random.Length];
        for (var i = 0; i < maps.Length; i++)
            maps[i] = Compose(ref random[i], source, target);
        return Resampling.Apply(images, maps, ImageSize, ImageSize);
    }

    private AffineMap Compose(ref CounterRandom random, FrameSize source, FrameSize target)
    {
        // A crop maps from source size to target size itself; otherwise the whole image is scaled first.
        var resizes = _geometry.Count > 0 && _geometry[0] is RandomResizedCrop;
        var map = resizes ? AffineMap.Identity : AffineMap.Crop(0, 0, source.Width, source.Height, target.Width, target.Height);
        for (var i = 0; i < _geometry.Count; i++)
            map = _geometry[i].Draw(ref random, i == 0 && resizes ? source : target, target).After(map);
        return map;
    }
}
