using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Linnaeus.Vision.Robustness;

/// <summary>
/// The seven corruptions. Measuring a network under graded corruptions is the idea of Hendrycks and Dietterich, "Benchmarking neural
/// network robustness to common corruptions and perturbations", ICLR 2019; corruptions and strengths differ, so results
/// are not comparable with ImageNet-C's.
/// <list type="table">
/// <listheader><term>Corruption</term><description>Strength of severities 1, 2, 3, 4, 5</description></listheader>
/// <item><term>brightness</term><description>0.1, 0.2, 0.3, 0.4, 0.5 of the value range added or subtracted at random</description></item>
/// <item><term>contrast</term><description>distances from each channel's mean times 0.7, 0.5, 0.35, 0.2, 0.1</description></item>
/// <item><term>rotation</term><description>10, 20, 30, 45, 60 degrees in a random direction, mirrored at the edges</description></item>
/// <item><term>gaussian_blur</term><description>standard deviation 1, 2, 3, 4, 6 pixels at image size 224, proportional otherwise</description></item>
/// <item><term>gaussian_noise</term><description>standard deviation 0.04, 0.08, 0.12, 0.18, 0.26 of the value range, independent per value</description></item>
/// <item><term>jpeg</term><description>quality 50, 30, 20, 12, 7 of libjpeg, color at half resolution</description></item>
/// <item><term>pixelation</term><description>downsampled to 0.6, 0.5, 0.4, 0.3, 0.25 of the side by averaging, then upsampled without smoothing</description></item>
/// </list>
/// They are applied to the network's input square, before normalization.
/// </summary>
public static class Corruptions
{
    private const double BlurReferenceSide = 224, BlurReach = 4;

    /// <summary>In the order of the table.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [
        new(1, "brightness", "fraction of the value range, lighter or darker", [0.1, 0.2, 0.3, 0.4, 0.5], Brighten),
        new(2, "contrast", "factor of the distances from each channel's mean", [0.7, 0.5, 0.35, 0.2, 0.1], Flatten),
        new(3, "rotation", "degrees to either side", [10, 20, 30, 45, 60], Turn),
        new(4, "gaussian_blur", "standard deviation in pixels at image size 224", [1, 2, 3, 4, 6], Blur),
        new(5, "gaussian_noise", "standard deviation as a fraction of the value range", [0.04, 0.08, 0.12, 0.18, 0.26], AddNoise),
        new(6, "jpeg", "quality", [50, 30, 20, 12, 7], Compress),
        new(7, "pixelation", "fraction of the side that remains", [0.6, 0.5, 0.4, 0.3, 0.25], Pixelate),
    ];

    private static Tensor Brighten(Tensor images, double share, CounterRandom[] random) =>
        RandomBrightness.Adjust(images.clone(), [.. Signs(random).Select(sign => (float)(sign * share))], 0, 255);

    private static Tensor Flatten(Tensor images, double factor, CounterRandom[] random) =>
        RandomContrast.Adjust(images.clone(), [.. Enumerable.Repeat((float)factor, random.Length)]);

    private static Tensor Turn(Tensor images, double degrees, CounterRandom[] random)
    {
        var side = images.shape[3];
        return Resampling.Apply(images, [.. Signs(random).Select(sign => AffineMap.Rotation(sign * degrees, side, side))], (int)side, (int)side);
    }

    private static Tensor Blur(Tensor images, double pixels, CounterRandom[] random)
    {
        var deviation = pixels * images.shape[3] / BlurReferenceSide;
        return GaussianBlur.Of(images, (int)Math.Max(1, Math.Ceiling(BlurReach * deviation)), deviation);
    }

    private static Tensor AddNoise(Tensor images, double share, CounterRandom[] random)
    {
        var image = (int)(images.numel() / random.Length);
        var noise = new float[random.Length * image];
        Parallel.For(0, random.Length, i => FillNormal(noise.AsSpan(i * image, image), ref random[i], 255 * share));
        return images + tensor(noise, images.shape, device: images.device);
    }

    private static Tensor Compress(Tensor images, double quality, CounterRandom[] random)
    {
        var (count, side) = (random.Length, (int)images.shape[3]);
        var pixels = images.to(ScalarType.Byte).cpu().permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        var image = 3 * side * side;
        Parallel.For(0, count, i =>
        {
            var jpeg = JpegCodec.Encode(new Image(side, side, pixels.AsSpan(i * image, image).ToArray()), (int)quality);
            ImageDecoder.Decode(jpeg, "a compressed image").Pixels.CopyTo(pixels, i * image);
        });
        return BatchSource.ToTensor(pixels, count, side).to(images.device).to(ScalarType.Float32);
    }

    private static Tensor Pixelate(Tensor images, double share, CounterRandom[] random)
    {
        var side = images.shape[3];
        var left = Math.Max(1, (long)Math.Round(share * side));
        var reduced = nn.functional.interpolate(images, [left, left], mode: InterpolationMode.Area);
        return nn.functional.interpolate(reduced, [side, side], mode: InterpolationMode.Nearest);
    }

    private static IEnumerable<double> Signs(CounterRandom[] random)
    {
        foreach (var stream in random)
        {
            var own = stream;
            yield return own.Chance(0.5) ? 1 : -1;
        }
    }

    /// <summary>Normal numbers by pairs (Box and Muller, 1958).</summary>
    private static void FillNormal(Span<float> values, ref CounterRandom random, double deviation)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var radius = deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(radius * cos);
            if (i + 1 < values.Length)
                values[i + 1] = (float)(radius * sin);
        }
    }
}
