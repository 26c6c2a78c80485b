namespace Linnaeus.Vision.Imaging;

internal static class AlphaOnWhite
{
    /// <summary>Blends RGBA (straight alpha) over white in sRGB, as browsers do; returns RGB.</summary>
    public static byte[] Compose(ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            int alpha = rgba[from + 3];
            var white = 255 * (255 - alpha) + 127;
            rgb[to] = (byte)((rgba[from] * alpha + white) / 255);
            rgb[to + 1] = (byte)((rgba[from + 1] * alpha + white) / 255);
            rgb[to + 2] = (byte)((rgba[from + 2] * alpha + white) / 255);
        }
        return rgb;
    }
}
