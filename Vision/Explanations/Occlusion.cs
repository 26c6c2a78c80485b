using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

/// <summary>Parameters of occlusion.</summary>
public sealed record OcclusionOptions
{
    /// <summary>Window size in pixels, 1 up to the image's shorter side; a seventh of that when null.</summary>
    public int? Window { get; init; }

    /// <summary>Stride in pixels, 1 up to <see cref="Window"/>; half the window when null.</summary>
    public int? Stride { get; init; }

    /// <summary>Content of the window.</summary>
    public Baseline Baseline { get; init; } = Baseline.Mean;

    /// <summary>Seed of <see cref="Baseline.Noise"/>, which is drawn once.</summary>
    public long Seed { get; init; }

    /// <summary>Masked images per batch.</summary>
    public int ChunkSize { get; init; } = 16;
}

/// <summary>An occlusion explanation of one image.</summary>
/// <param name="Explained">The explained score.</param>
/// <param name="Map">[H, W]: score drop when a pixel is masked, in logit units; negative if masking raises the score.</param>
public sealed record OcclusionResult(ExplainedScore Explained, Attribution Map) : Explanation(Explained, Map)
{
    /// <summary>Window size in pixels.</summary>
    public required int Window { get; init; }

    /// <summary>Stride in pixels.</summary>
    public required int Stride { get; init; }
}

/// <summary>
/// Occlusion (Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks"): a square window slides over the image from the upper left
/// corner by the stride (cut off at the edges); a pixel's attribution is the mean score drop over the windows that
/// cover it.
/// </summary>
public static class Occlusion
{
    /// <summary>Explains images.</summary>
    /// <param name="network">Any mode; in evaluation mode during the call.</param>
    /// <param name="images">float32 [N, 3, H, W], normalized by <paramref name="preprocessing"/>, on the network's device.</param>
    /// <param name="preprocessing">Normalization of the input.</param>
    /// <param name="targets">One per image; null explains the predicted classes.</param>
    /// <param name="options">Parameters; the defaults when null.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    /// <exception cref="ArgumentException">Wrong shape, a number of targets other than N, a target or option out of range.</exception>
    public static IReadOnlyList<OcclusionResult> Explain(
        ImageClassifier network,
        Tensor images,
        Preprocessing preprocessing,
        IReadOnlyList<ExplanationTarget>? targets = null,
        OcclusionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        options ??= new OcclusionOptions();
        Targets.Check(network, images, targets);
        var (window, stride) = Sizes(options, (int)Math.Min(images.shape[2], images.shape[3]));

        using var mode = EvaluationMode.Of(network);
        using var noGrad = no_grad();
        var results = new List<OcclusionResult>();
        for (var i = 0; i < images.shape[0]; i++)
        {
            using var scope = NewDisposeScope();
            var image = images.narrow(0, i, 1);
            var cover = Baselines.Of(options.Baseline, image, preprocessing, draws: 1, options.Seed)[0];
            var explained = Targets.Of(network.call(image), targets is null ? null : [targets[i]]);
            var squares = Squares((int)image.shape[2], (int)image.shape[3], window, stride);
            var falls = Falls(network, image, cover, squares, explained, options.ChunkSize, cancellationToken);
            var map = Average((int)image.shape[2], (int)image.shape[3], squares, falls);
            results.Add(new OcclusionResult(explained.Scores[0], map) { Window = window, Stride = stride });
        }

        return results;
    }

    private static (int Window, int Stride) Sizes(OcclusionOptions options, int side)
    {
        var window = options.Window ?? Math.Max(1, side / 7);
        var stride = options.Stride ?? Math.Max(1, window / 2);
        if (window < 1 || window > side)
            throw new ArgumentException($"The window must be 1 to {side} pixels in an image of {side}, got {window}.", nameof(options));
        if (stride < 1 || stride > window)
            throw new ArgumentException($"The stride must be 1 to {window} pixels with a window of {window}, got {stride}.", nameof(options));
        if (options.ChunkSize < 1)
            throw new ArgumentException($"The chunk size must be at least 1, got {options.ChunkSize}.", nameof(options));
        return (window, stride);
    }

    private static List<Square> Squares(int height, int width, int window, int stride)
    {
        static IEnumerable<int> Starts(int length, int window, int stride) =>
            Enumerable.Range(0, ((length - window + stride - 1) / stride) + 1).Select(i => i * stride);

        return [.. from y in Starts(height, window, stride)
                   from x in Starts(width, window, stride)
                   select new Square(x, y, Math.Min(window, width - x), Math.Min(window, height - y))];
    }

    /// <summary>Score drop for each window.</summary>
    private static float[] Falls(
        ImageClassifier network, Tensor image, Tensor cover, List<Square> squares, Targets explained, int chunkSize, CancellationToken cancellationToken)
    {
        var falls = new List<float>();
        foreach (var chunk in squares.Chunk(chunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var covered = image.repeat(chunk.Length, 1, 1, 1);
            for (var i = 0; i < chunk.Length; i++)
                chunk[i].Of(covered.narrow(0, i, 1)).copy_(chunk[i].Of(cover));
            var scores = network.call(covered).mv(explained.Direction.squeeze(0)).ToFloats();
            falls.AddRange(scores.Select(score => explained.Scores[0].Score - score));
        }

        return [.. falls];
    }

    private static Attribution Average(int height, int width, List<Square> squares, float[] falls)
    {
        var (sums, counts) = (new double[height * width], new int[height * width]);
        foreach (var (square, fall) in squares.Zip(falls))
        {
            for (var y = square.Y; y < square.Y + square.Height; y++)
            {
                for (var x = square.X; x < square.X + square.Width; x++)
                {
                    sums[(y * width) + x] += fall;
                    counts[(y * width) + x]++;
                }
            }
        }

        return new Attribution([.. sums.Zip(counts, (sum, count) => (float)(sum / count))], [height, width]);
    }

    private readonly record struct Square(int X, int Y, int Width, int Height)
    {
        /// <summary>This part of an image [1, 3, H, W], as a view.</summary>
        public Tensor Of(Tensor image) => image.narrow(2, Y, Height).narrow(3, X, Width);
    }
}
