using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static System.FormattableString;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Augmentation;

/// <summary>How batches are mixed.</summary>
/// <param name="Kind">Which mixing.</param>
public sealed record MixingOptions(MixingKind Kind)
{
    /// <summary>Mixup draws each image's weight from Beta(alpha, alpha): above 0, at most 10.</summary>
    public double MixupAlpha { get; init; } = 0.2;

    /// <summary>CutMix draws alpha per batch from (0, this], then each image's weight from Beta(alpha, alpha): above 0, at most 10.</summary>
    public double CutMixAlpha { get; init; } = 1;

    /// <summary>Share of the batches that are mixed: above 0, at most 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>The last epoch with mixing; null mixes in all epochs.</summary>
    public int? LastEpoch { get; init; }
}

/// <summary>
/// Mixes the images of a batch and returns soft labels. Random draws depend only on (seed, epoch, step). Weights and boxes follow
/// <c>MixUp</c> and <c>CutMix</c> of Keras 3: one permutation per batch, one weight per image.
/// </summary>
public sealed class BatchMixer
{
    private const double LargestAlpha = 10;

    private readonly MixingOptions _options;
    private readonly int _classes;

    /// <param name="options">How to mix.</param>
    /// <param name="classes">Classes of the dataset, at least 1.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BatchMixer(MixingOptions options, int classes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (options.Kind == MixingKind.None)
            throw new ArgumentException("Choose a mixing kind other than none.", nameof(options));
        foreach (var alpha in new[] { options.MixupAlpha, options.CutMixAlpha })
        {
            if (alpha is not (> 0 and <= LargestAlpha))
                throw new ArgumentException($"The mixing alpha must be above 0 and at most {LargestAlpha}, got {alpha}.", nameof(options));
        }
        if (options.Probability is not (> 0 and <= 1))
            throw new ArgumentException($"The mixing probability must be above 0 and at most 1, got {options.Probability}.", nameof(options));
        (_options, _classes) = (options, classes);
    }

    /// <summary>The effective ranges, logged as run parameters.</summary>
    public IReadOnlyDictionary<string, string> Describe()
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["mixing.batches"] = Invariant($"p={_options.Probability}{Turns()}{End()}"),
        };
        if (_options.Kind != MixingKind.CutMix)
            facts["mixing.mixup"] = Invariant($"weight of each image from Beta({_options.MixupAlpha}, {_options.MixupAlpha})");
        if (_options.Kind != MixingKind.Mixup)
            facts["mixing.cutmix"] = Invariant($"weight of each image from Beta(a, a), a from [0, {_options.CutMixAlpha}] per batch");
        return facts;
    }

    /// <summary>Mixes a batch of normalized images.</summary>
    /// <param name="images">float32 [N, 3, H, W]; not disposed.</param>
    /// <param name="labels">int64 [N] on the same device.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch from 1.</param>
    /// <param name="step">Batch number in the epoch from 0.</param>
    /// <returns>
    /// float32 [N, 3, H, W] in channels-last strides and float32 [N, classes] with rows that sum to 1, both owned by the caller; null if the batch
    /// is not mixed.
    /// </returns>
    public (Tensor Images, Tensor SoftLabels)? Mix(Tensor images, Tensor labels, long seed, int epoch, int step)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        var random = new CounterRandom(seed, RandomPurpose.Mixing, epoch, step);
        var count = (int)images.shape[0];
        if (count < 2 || epoch > _options.LastEpoch || !random.Chance(_options.Probability))
            return null;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var partners = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
        random.Shuffle(partners.AsSpan());
        var mixesUp = _options.Kind == MixingKind.Mixup || (_options.Kind == MixingKind.Alternate && step % 2 == 0);
        var (mixed, shares) = mixesUp ? MixUp(images, partners, ref random) : Cut(images, partners, ref random);
        return (ChannelsLast.Of(mixed).MoveToOuterDisposeScope(), SoftLabels(labels, shares, partners).MoveToOuterDisposeScope());
    }

    /// <summary>Soft labels: the host's class gets its weight, the partner's class the rest.</summary>
    /// <param name="labels">int64 [N].</param>
    /// <param name="shares">N weights of the host.</param>
    /// <param name="partners">N positions in the batch.</param>
    /// <returns>float32 [N, classes].</returns>
    public Tensor SoftLabels(Tensor labels, IReadOnlyList<float> shares, IReadOnlyList<long> partners)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(partners);
        using var columns = labels.unsqueeze(1);
        using var ones = ones_like(columns, ScalarType.Float32);
        using var none = zeros([labels.shape[0], _classes], device: labels.device);
        using var hard = none.scatter(1, columns, ones);
        using var index = tensor([.. partners], device: labels.device);
        using var weight = tensor([.. shares], [shares.Count, 1], device: labels.device);
        using var others = hard.index_select(0, index);
        return others.lerp(hard, weight);
    }

    private (Tensor Images, float[] Shares) MixUp(Tensor images, long[] partners, ref CounterRandom random)
    {
        var shares = new float[partners.Length];
        for (var i = 0; i < shares.Length; i++)
            shares[i] = (float)random.Beta(_options.MixupAlpha);
        return (Mixup.Blend(images, shares, partners), shares);
    }

    private (Tensor Images, float[] Shares) Cut(Tensor images, long[] partners, ref CounterRandom random)
    {
        var (width, height) = (images.shape[3], images.shape[2]);
        var alpha = _options.CutMixAlpha * (1 - random.NextDouble()); // never 0
        var (boxes, shares) = (new CutBox[partners.Length], new float[partners.Length]);
        for (var i = 0; i < boxes.Length; i++)
        {
            var box = CutMix.Box(random.Beta(alpha), random.NextDouble(), random.NextDouble(), width, height);
            (boxes[i], shares[i]) = (box, (float)(1 - box.Width * box.Height / (width * height)));
        }
        return (CutMix.Paste(images, boxes, partners), shares);
    }

    private string Turns() => _options.Kind == MixingKind.Alternate ? ", alternating mixup and cutmix" : "";

    private string End() => _options.LastEpoch is { } last ? Invariant($", up to epoch {last}") : "";
}
