using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Robustness;

/// <summary>What robustness is measured on.</summary>
public sealed record RobustnessOptions
{
    /// <summary>Side of the network's square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Images that go through the network at a time.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How pixel values become the network's input; ImageNet's when absent.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>Most images to corrupt: of a larger split a stratified part is taken.</summary>
    public int MaxImages { get; init; } = int.MaxValue;

    /// <summary>Seed of the choice of images and of what is drawn.</summary>
    public long Seed { get; init; }
}

/// <summary>
/// Measures a network's accuracy under every corruption at every severity: 35 passes over the images, and one over the clean ones.
/// The result is a function of network, images, size and seed; batches do not matter.
/// </summary>
public sealed class RobustnessSuite
{
    private readonly RobustnessOptions options;
    private readonly IReadOnlyList<Sample> split;
    private readonly int[] chosen;

    /// <param name="split">Images, at least one.</param>
    /// <param name="options">How many of them, and their size.</param>
    public RobustnessSuite(IReadOnlyList<Sample> split, RobustnessOptions options)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxImages, 1);
        (this.split, this.options) = (split, options);
        chosen = StratifiedSubset.Choose(split, options.MaxImages, options.Seed);
    }

    /// <summary>Images that are corrupted.</summary>
    public int Images => chosen.Length;

    /// <summary>Runs the suite.</summary>
    /// <param name="network">Put into evaluation mode for the time of the call.</param>
    /// <param name="device">The network's device.</param>
    /// <param name="progress">Told after each batch how many of <see cref="Images"/> are done.</param>
    /// <param name="cancellationToken">Looked at before each pass through the network.</param>
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
