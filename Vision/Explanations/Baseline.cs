using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Explanations;

internal static class Baselines
{
    private const double BlurShare = 0.1;

    /// <summary>The baselines [1, 3, H, W] of an image [1, 3, H, W]: as many as <paramref name="draws"/> for noise, else one.</summary>
    public static IReadOnlyList<Tensor> Of(Baseline baseline, Tensor image, Preprocessing preprocessing, int draws, long seed) => baseline switch
    {
        Baseline.Mean => [zeros_like(image)],
        Baseline.Black => [Normalized(zeros_like(image), preprocessing)],
        Baseline.Blur => [Blurred(image)],
        Baseline.Noise => Noise(image, preprocessing, draws, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(baseline)),
    };

    private static Tensor Blurred(Tensor image)
    {
        var shorter = Math.Min(image.shape[2], image.shape[3]);
        var deviation = BlurShare * shorter;
        return GaussianBlur.Of(image, (int)Math.Min(Math.Ceiling(3 * deviation), shorter - 1), deviation);
    }

    private static List<Tensor> Noise(Tensor image, Preprocessing preprocessing, int draws, long seed)
    {
        using var generator = new Generator((ulong)seed);
        var baselines = new List<Tensor>();
        for (var i = 0; i < draws; i++)
            baselines.Add(Normalized(rand(image.shape, generator: generator).to(image.device), preprocessing));
        return baselines;
    }

    /// <summary>Pixels of 0..1 as the network's input.</summary>
    private static Tensor Normalized(Tensor pixels, Preprocessing preprocessing) =>
        pixels.sub(Channels(preprocessing.Mean, pixels.device)).div(Channels(preprocessing.Std, pixels.device));

    private static Tensor Channels(IReadOnlyList<float> values, Device device) => tensor(values.ToArray(), device: device).view(1, 3, 1, 1);
}
