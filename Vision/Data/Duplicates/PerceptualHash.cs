using System.Numerics;
using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data.Duplicates;

/// <summary>
/// What a picture looks like at 32x32 grey pixels: a 64-bit hash of its coarse structure, which tells quickly that pictures differ (Zauner 2010,
/// "Implementation and Benchmarking of Perceptual Image Hash Functions", DCT hash), and the pixels themselves, which tell that they are the same.
/// </summary>
internal sealed class PerceptualHash
{
    private const int Side = 32;
    private const int Frequencies = 8;

    /// <summary>The lowest frequencies of the discrete cosine transform (DCT-II), [8, 32].</summary>
    private static readonly double[,] Basis = CreateBasis();

    private readonly ulong bits;

    /// <summary>Grey values less their mean, scaled to length 1; all 0 for a flat picture.</summary>
    private readonly float[] shape;

    private PerceptualHash(ulong bits, float[] shape) => (this.bits, this.shape) = (bits, shape);

    public static PerceptualHash Of(Image picture)
    {
        var small = ImageResizer.Resize(picture, Side, Side);
        var grey = new double[Side * Side];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = 0.299 * small.Pixels[3 * i] + 0.587 * small.Pixels[3 * i + 1] + 0.114 * small.Pixels[3 * i + 2];
        return new PerceptualHash(Bits(grey), Shape(grey));
    }

    /// <summary>Bits in which the hashes differ, 0 to 64.</summary>
    public int DistanceTo(PerceptualHash other) => BitOperations.PopCount(bits ^ other.bits);

    /// <summary>Pearson's correlation of the grey pixels, -1 to 1; 0 where one picture is flat.</summary>
    public double CorrelationWith(PerceptualHash other)
    {
        double sum = 0;
        for (var i = 0; i < shape.Length; i++)
            sum += shape[i] * other.shape[i];
        return sum;
    }

    /// <summary>A bit for each low frequency but the constant one: whether its amplitude lies above the median.</summary>
    private static ulong Bits(double[] grey)
    {
        var rows = new double[Frequencies, Side];
        for (var v = 0; v < Frequencies; v++)
            for (var x = 0; x < Side; x++)
                for (var y = 0; y < Side; y++)
                    rows[v, x] += Basis[v, y] * grey[y * Side + x];
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

    private static float[] Shape(double[] grey)
    {
        var mean = grey.Average();
        var length = Math.Sqrt(grey.Sum(value => (value - mean) * (value - mean)));
        return Array.ConvertAll(grey, value => length > 0 ? (float)((value - mean) / length) : 0);
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
