namespace Linnaeus.Vision.Imaging;

/// <summary>
/// Weights of antialiased bilinear resampling along one axis: a triangle of half-width max(1, in/out) about each output
/// pixel's center, cut at the border and normalized, in fixed point. The definition is Pillow's BILINEAR.
/// </summary>
internal sealed class ResampleKernel
{
    /// <summary>Fraction bits of a weight: together with 8 sample bits they leave one sign bit of an int.</summary>
    public const int Precision = 22;

    /// <summary>Added before the shift so that it rounds.</summary>
    public const int Half = 1 << (Precision - 1);

    private readonly int[] _weights;

    /// <param name="input">Length of the input axis.</param>
    /// <param name="output">Length of the whole output axis.</param>
    /// <param name="from">First output index wanted.</param>
    /// <param name="count">How many output indices are wanted.</param>
    public ResampleKernel(int input, int output, int from, int count)
    {
        var scale = (double)input / output;
        var support = Math.Max(scale, 1);
        Taps = 2 * (int)Math.Ceiling(support) + 1;
        Starts = new int[count];
        Counts = new int[count];
        _weights = new int[count * Taps];
        Span<double> weights = new double[Taps];
        for (var i = 0; i < count; i++)
            Fill(i, (from + i + 0.5) * scale, support, input, weights);
    }

    /// <summary>Maximum number of input samples per output.</summary>
    public int Taps { get; }

    /// <summary>First input index of each output.</summary>
    public int[] Starts { get; }

    /// <summary>Number of input samples of each output.</summary>
    public int[] Counts { get; }

    /// <summary>First input index that any output needs.</summary>
    public int First => Starts[0];

    /// <summary>One past the last input index that any output needs.</summary>
    public int End => Starts[^1] + Counts[^1];

    /// <summary>Weights of one output's samples; they add up to about 2^<see cref="Precision"/>.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * Taps, Counts[output]);

    private void Fill(int index, double center, double support, int input, Span<double> weights)
    {
        var start = Math.Max(0, (int)(center - support + 0.5));
        var end = Math.Min(input, (int)(center + support + 0.5));
        var sum = 0.0;
        for (var k = 0; k < end - start; k++)
        {
            weights[k] = Math.Max(0, 1 - Math.Abs((start + k - center + 0.5) / support));
            sum += weights[k];
        }
        Starts[index] = start;
        Counts[index] = end - start;
        for (var k = 0; k < end - start; k++)
            _weights[index * Taps + k] = (int)(weights[k] / sum * (1 << Precision) + 0.5);
    }
}
