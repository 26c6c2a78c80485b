using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Data.Flowers;

/// <summary>An sRGB color with channels in 0..1.</summary>
internal readonly record struct Rgb(double R, double G, double B)
{
    public static Rgb operator *(Rgb c, double f) => new(c.R * f, c.G * f, c.B * f);

    public static Rgb operator *(Rgb c, Rgb f) => new(c.R * f.R, c.G * f.G, c.B * f.B);

    public static Rgb operator +(Rgb a, Rgb b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

    public static Rgb Mix(Rgb a, Rgb b, double share) => a * (1 - share) + b * share;

    public static Rgb FromHex(int hex) => new((hex >> 16) / 255.0, (hex >> 8 & 255) / 255.0, (hex & 255) / 255.0);
}

/// <summary>A rectangle in the unit square.</summary>
internal readonly record struct Bounds(double Left, double Top, double Right, double Bottom);

/// <summary>A paintable shape: color and opacity at each point of the unit square.</summary>
internal interface IShape
{
    /// <summary>The shape is transparent outside.</summary>
    Bounds Bounds { get; }

    /// <summary>Opacity (0..1) at a point; edges fade over <paramref name="pixel"/>, the side of a pixel, for antialiasing.</summary>
    double Sample(double x, double y, double pixel, out Rgb color);
}

/// <summary>A square image painted from back to front, with its foreground mask.</summary>
internal sealed class Canvas(int side)
{
    private readonly Rgb[] _pixels = new Rgb[side * side];
    private readonly double[] _foreground = new double[side * side];
    private readonly double _pixel = 1.0 / side;

    public int Side => side;

    /// <summary>Paints a shape over the canvas.</summary>
    public void Paint<TShape>(in TShape shape, bool foreground = false) where TShape : struct, IShape
    {
        var bounds = shape.Bounds;
        var (left, right) = (Math.Max(0, (int)((bounds.Left - _pixel) * side)), Math.Min(side - 1, (int)((bounds.Right + _pixel) * side)));
        var (top, bottom) = (Math.Max(0, (int)((bounds.Top - _pixel) * side)), Math.Min(side - 1, (int)((bounds.Bottom + _pixel) * side)));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var opacity = shape.Sample((x + 0.5) * _pixel, (y + 0.5) * _pixel, _pixel, out var color);
                if (opacity <= 0)
                    continue;
                var at = y * side + x;
                _pixels[at] = Rgb.Mix(_pixels[at], color, opacity);
                _foreground[at] = foreground ? _foreground[at] + (1 - _foreground[at]) * opacity : _foreground[at] * (1 - opacity);
            }
        }
    }

    /// <summary>Transforms every pixel by its position (unit square) and color.</summary>
    public void Develop(Func<double, double, Rgb, Rgb> change)
    {
        for (var i = 0; i < _pixels.Length; i++)
            _pixels[i] = change((i % side + 0.5) * _pixel, (i / side + 0.5) * _pixel, _pixels[i]);
    }

    public Image ToImage()
    {
        var image = new Image(side, side);
        for (var i = 0; i < _pixels.Length; i++)
        {
            image.Pixels[3 * i] = ToByte(_pixels[i].R);
            image.Pixels[3 * i + 1] = ToByte(_pixels[i].G);
            image.Pixels[3 * i + 2] = ToByte(_pixels[i].B);
        }
        return image;
    }

    public Mask ToMask() => new(side, side, Array.ConvertAll(_foreground, ToByte));

    private static byte ToByte(double value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5);
}
