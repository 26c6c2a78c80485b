using System.Numerics;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data.Duplicates;

/// <summary>
/// An image at 32x32 gray pixels: a 64-bit hash of its coarse structure rules out different images quickly (Zauner 2010,
/// "Implementation and Benchmarking of Perceptual Image Hash Functions", DCT hash), and the pixels confirm duplicates.
/// </summary>
internal sealed class PerceptualHash
{
    private const int Side = 32;
    private const int Frequencies = 8;

    /// <summary>The lowest frequencies of the discrete cosine transform (DCT-II), [8, 32].</summary>
    private static readonly double[,] Basis = CreateBasis();

    private readonly ulong bits;

    /// <summary>Zero-mean gray values scaled to length 1; all 0 for a flat image.</summary>
    private readonly float[] shape;

    private PerceptualHash(ulong bits, float[] shape) => (this.bits, this.shape) = (bits, shape);

    public static PerceptualHash Of(Image image)
    {
        var small = ImageResizer.Resize(image, Side, Side);
        var gray = new double[Side * Side];
        for (var i = 0; i < gray.Length; i++)
            gray[i] = 0.299 * small.Pixels[3 * i] + 0.587 * small.Pixels[3 * i + 1] + 0.114 * small.Pixels[3 * i + 2];
        return new PerceptualHash(Bits(gray), Shape(gray));
    }

    /// <summary>Hamming distance of the hashes, 0 to 64.</summary>
    public int DistanceTo(PerceptualHash other) => BitOperations.PopCount(bits ^ other.bits);

    /// <summary>Pearson's correlation of the gray pixels, -1 to 1; 0 if an image is flat.</summary>
    public double CorrelationWith(PerceptualHash other)
    {
        double sum = 0;
        for (var i = 0; i < shape.Length; i++)
            sum += shape[i] * other.shape[i];
        return sum;
    }

    /// <summary>One bit per low frequency except the constant: whether its amplitude is above the median.</summary>
    private static ulong Bits(double[] gray)
    {
        var rows = new double[Frequencies, Side];
        for (var v = 0; v < Frequencies; v++)
            for (var x = 0; x < Side; x++)
                for (var y = 0; y < Side; y++)
                    rows[v, x] += Basis[v, y] * gray[y * Side + x];
        var amplitudes = new double[Frequencies * Frequencies];
        for (var v = 0; v < Frequencies; v++)
            for (var u = 0; u < Frequencies; u++)
                for (var x = 0; x < Side; x++)
                    amplitudes[v * Frequencies + u] += Basis[u, x] * rows[v, x];
        var median = amplitudes.Skip(1).Order().ElementAt((amplitudes.Length - 1) / 2);
        ulong bits = 0;
        for (var i = 1; i < amplitudes.Length; i++)
            bits |= amplitudes[i] > median ? 1UL << i : 0;
        return bits;
    }

    private static float[] Shape(double[] gray)
    {
        var mean = gray.Average();
        var length = Math.Sqrt(gray.Sum(value => (value - mean) * (value - mean)));
        return Array.ConvertAll(gray, value => length > 0 ? (float)((value - mean) / length) : 0);
    }

    private static double[,] CreateBasis()
    {
        var basis = new double[Frequencies, Side];
        for (var u = 0; u < Frequencies; u++)
            for (var x = 0; x < Side; x++)
                basis[u, x] = Math.Cos((2 * x + 1) * u * Math.PI / (2 * Side));
        return basis;
    }
}
