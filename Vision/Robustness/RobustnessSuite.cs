using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Robustness;

/// <summary>Options of the robustness test.</summary>
public sealed record RobustnessOptions
{
    /// <summary>Side of the network's square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Batch size.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How pixel values become the network's input; ImageNet's when absent.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>Maximum number of images; a stratified subset of a larger split is used.</summary>
    public int MaxImages { get; init; } = int.MaxValue;

    /// <summary>Seed of the image selection and of the corruptions.</summary>
    public long Seed { get; init; }
}

/// <summary>
/// Measures a network's accuracy under every corruption at every severity: 35 passes over the images, and one over the clean ones.
/// The result depends on network, images, size and seed, not on the batch size.
/// </summary>
public sealed class RobustnessSuite
{
    private readonly RobustnessOptions options;
    private readonly IReadOnlyList<Sample> split;
    private readonly int[] chosen;

    /// <param name="split">Images, at least one.</param>
    /// <param name="options">Number and size of the images.</param>
    public RobustnessSuite(IReadOnlyList<Sample> split, RobustnessOptions options)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxImages, 1);
        (this.split, this.options) = (split, options);
        chosen = StratifiedSubset.Choose(split, options.MaxImages, options.Seed);
    }

    /// <summary>Number of corrupted images.</summary>
    public int Images => chosen.Length;

    /// <summary>Runs the suite.</summary>
    /// <param name="network">In evaluation mode during the call.</param>
    /// <param name="device">The network's device.</param>
    /// <param name="progress">Called after each batch with the number of finished images.</param>
    /// <param name="cancellationToken">Checked before each forward pass.</param>
    public RobustnessReport Run(ImageClassifier network, Device device, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        var clean = 0;
        var correct = Corruptions.All.Select(corruption => new int[corruption.Levels.Count]).ToArray();
        var loader = new ImageLoader([.. chosen.Select(position => split[position])],
            new LoaderOptions { Size = options.ImageSize, BatchSize = options.BatchSize, CacheBytes = 0 });
        var done = 0;
        foreach (var pixels in loader.ReadEpoch(1, 0, cancellationToken))
        {
            using (pixels)
            using (NewDisposeScope())
            {
                var images = pixels.Images.to(device).to(ScalarType.Float32);
                var labels = tensor(pixels.Labels, device: device);
                var positions = pixels.Indices.Select(index => chosen[index]).ToArray();
                clean += Correct(network, images.clone(), labels, cancellationToken);
                foreach (var (corruption, counts) in Corruptions.All.Zip(correct))
                {
                    for (var i = 0; i < counts.Length; i++)
                        counts[i] += Correct(network, corruption.Apply(images, i + 1, options.Seed, positions), labels, cancellationToken);
                }

                done += pixels.Count;
                progress?.Invoke(done);
            }
        }

        return Report(clean, correct);
    }

    /// <param name="images">Consumed.</param>
    private int Correct(ImageClassifier network, Tensor images, Tensor labels, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        scope.Attach(images);
        return (int)network.call(options.Normalization.Apply(images)).argmax(1).eq(labels).sum().item<long>();
    }

    private RobustnessReport Report(int clean, int[][] correct)
    {
        double images = chosen.Length;
        var cleanAccuracy = clean / images;
        var reports = Corruptions.All.Zip(correct, (corruption, counts) =>
            CorruptionReport.Of(corruption, [.. counts.Select(count => count / images)], cleanAccuracy)).ToArray();
        return new RobustnessReport
        {
            Images = chosen.Length,
            SplitImages = split.Count,
            Seed = options.Seed,
            CleanAccuracy = cleanAccuracy,
            MeanAccuracy = reports.Average(report => report.MeanAccuracy),
            MeanRelativeDrop = reports.Average(report => report.RelativeDrop),
            Corruptions = reports,
        };
    }
}
