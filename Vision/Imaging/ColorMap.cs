namespace Linnaeus.Vision.Imaging;

/// <summary>
/// Color maps, piecewise linear in sRGB between published control points. All three are safe for
/// common color-vision deficiencies.
/// </summary>
public sealed class ColorMap
{
    private readonly byte[] _points;

    private ColorMap(params int[] points) =>
        _points = [.. points.SelectMany(point => new[] { (byte)(point >> 16), (byte)(point >> 8), (byte)point })];

    /// <summary>Dark violet over teal to yellow; perceptually uniform (van der Walt and Smith, matplotlib 2.0; ten equidistant points of its table).</summary>
    public static ColorMap Viridis { get; } = new(
        0x440154, 0x482878, 0x3E4A89, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6DCD59, 0xB4DE2C, 0xFDE725);

    /// <summary>Black over red to pale yellow; perceptually uniform (same authors and source): suited to overlays on photographs.</summary>
    public static ColorMap Inferno { get; } = new(
        0x000004, 0x1B0C42, 0x4B0C6B, 0x781C6D, 0xA52C60, 0xCF4446, 0xED6925, 0xFB9A06, 0xF7D03C, 0xFCFFA4);

    /// <summary>Blue for negative, near-white for zero, red for positive (RdBu of eleven classes reversed; Brewer, ColorBrewer 2).</summary>
    public static ColorMap Diverging { get; } = new(
        0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F);

    /// <summary>The color of a value; values outside 0..1 are clamped, NaN is the lower end.</summary>
    public (byte R, byte G, byte B) At(double value)
    {
        var last = _points.Length / 3 - 1;
        var position = value > 0 ? Math.Min(value, 1) * last : 0;
        var point = Math.Min((int)position, last - 1);
        var share = position - point;
        byte Channel(int c) => (byte)(_points[3 * point + c] * (1 - share) + _points[3 * point + 3 + c] * share + 0.5);
        return (Channel(0), Channel(1), Channel(2));
    }
}
