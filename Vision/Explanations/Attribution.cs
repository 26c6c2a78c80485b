namespace Linnaeus.Vision.Explanations;

/// <summary>Attribution values of an image, in C order.</summary>
/// <param name="Values">As many as the product of the shape.</param>
/// <param name="Shape">[H, W] or [3, H, W].</param>
public sealed record Attribution(float[] Values, IReadOnlyList<int> Shape)
{
    /// <summary>[H, W], signed: channels are summed.</summary>
    public float[] Signed() => SumOverChannels(value => value);

    /// <summary>[H, W], non-negative: sum of absolute values over the channels.</summary>
    public float[] Magnitude() => SumOverChannels(Math.Abs);

    /// <summary>Writes a NumPy file (float32, C order, version 1.0).</summary>
    public void WriteNpy(Stream stream) => NpyFile.Write(stream, Values, Shape);

    private float[] SumOverChannels(Func<float, float> of)
    {
        var sums = new float[Shape[^2] * Shape[^1]];
        for (var i = 0; i < Values.Length; i++)
            sums[i % sums.Length] += of(Values[i]);
        return sums;
    }
}
