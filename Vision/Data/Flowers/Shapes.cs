namespace Linnaeus.Vision.Data.Flowers;

/// <summary>Outline of a petal or leaf (half-width along its length).</summary>
internal enum Outline
{
    /// <summary>An ellipse.</summary>
    Oval,

    /// <summary>Widest near the round tip.</summary>
    Spoon,

    /// <summary>Widest near the base, with a pointed tip.</summary>
    Lance,

    /// <summary>Widest in the middle, pointed at both ends.</summary>
    Lens,

    /// <summary>Like <see cref="Spoon"/> with a notch at the tip.</summary>
    Heart,
}

/// <summary>A shape's coordinate frame in the image: origin and the two unit vectors.</summary>
internal readonly record struct Frame(double X, double Y, double AxisX, double AxisY, double SideX, double SideY)
{
    /// <summary>A frame rotated by an angle (in turns) and scaled within this one.</summary>
    public Frame Turned(double turns, double length, double width)
    {
        var (cos, sin) = ExactMath.CosSin(turns);
        return new Frame(X, Y,
            length * (cos * AxisX + sin * SideX), length * (cos * AxisY + sin * SideY),
            width * (cos * SideX - sin * AxisX), width * (cos * SideY - sin * AxisY));
    }

    public (double X, double Y) Place(double u, double v) => (X + u * AxisX + v * SideX, Y + u * AxisY + v * SideY);

    /// <summary>The inverse of <see cref="Place"/>.</summary>
    public (double U, double V) Locate(double x, double y)
    {
        var determinant = AxisX * SideY - AxisY * SideX;
        var (dx, dy) = (x - X, y - Y);
        return ((dx * SideY - dy * SideX) / determinant, (dy * AxisX - dx * AxisY) / determinant);
    }

    public double Length => Math.Sqrt(AxisX * AxisX + AxisY * AxisY);

    public double Width => Math.Sqrt(SideX * SideX + SideY * SideY);
}

/// <summary>A petal or leaf from the frame's origin to u = 1, its half-width at most 1 in v.</summary>
internal readonly record struct Petal(Frame Frame, Outline Outline, Rgb Base, Rgb Tip, double Vein, double Spots) : IShape
{
    public Bounds Bounds
    {
        get
        {
            var (a, b, c, d) = (Frame.Place(0, -1), Frame.Place(0, 1), Frame.Place(1, -1), Frame.Place(1, 1));
            return new Bounds(
                Math.Min(Math.Min(a.X, b.X), Math.Min(c.X, d.X)), Math.Min(Math.Min(a.Y, b.Y), Math.Min(c.Y, d.Y)),
                Math.Max(Math.Max(a.X, b.X), Math.Max(c.X, d.X)), Math.Max(Math.Max(a.Y, b.Y), Math.Max(c.Y, d.Y)));
        }
    }

    public double Sample(double x, double y, double pixel, out Rgb color)
    {
        var (u, v) = Frame.Locate(x, y);
        color = default;
        var across = Math.Abs(v);
        if (u is <= 0 or >= 1 || across >= 1)
            return 0;
        var halfWidth = HalfWidth(u);
        var inside = Math.Min((halfWidth - across) * Frame.Width, (1 - u) * Frame.Length - 0.5 * pixel);
        if (Outline == Outline.Heart)
            inside = Math.Min(inside, (1 - u - 0.16 * Math.Max(0, 1 - across / 0.45)) * Frame.Length);
        var opacity = Math.Clamp(0.5 + inside / pixel, 0, 1);
        if (opacity > 0)
            color = Shade(u, v, Math.Min(1, across / Math.Max(halfWidth, 1e-6)));
        return opacity;
    }

    private double HalfWidth(double u) => Outline switch
    {
        Outline.Oval => 2 * Math.Sqrt(u * (1 - u)),
        Outline.Lens => 4 * u * (1 - u),
        Outline.Lance => 6.75 * u * (1 - u) * (1 - u),
        _ => 2 * u * Math.Sqrt(1 - u * u),
    };

    /// <summary>Gradient from base to tip, darker along the middle and towards one edge to look curved.</summary>
    private Rgb Shade(double u, double v, double edge)
    {
        var color = Rgb.Mix(Base, Tip, ExactMath.SmoothStep(0.05, 0.75, u));
        var vein = Vein * (1 - ExactMath.SmoothStep(0, 0.14, Math.Abs(v))) * (1 - u);
        var bend = 1.04 - 0.16 * edge * edge + 0.07 * v;
        if (Spots > 0)
        {
            // Rows of freckles, every other one shifted by half a gap.
            var row = Math.Floor(u * 8);
            var (along, aside) = (u * 8 - row - 0.5, v * 2.2 + row / 2 - Math.Floor(v * 2.2 + row / 2) - 0.5);
            var spot = 1 - ExactMath.SmoothStep(0.02, 0.07, along * along + aside * aside * 0.8);
            vein += Spots * spot * ExactMath.SmoothStep(0.15, 0.3, u) * (1 - ExactMath.SmoothStep(0.5, 0.7, u));
        }
        return color * (bend * (1 - Math.Min(vein, 0.8)));
    }
}

/// <summary>A round shape: sharp or soft-edged, flat or lit like a dome.</summary>
/// <param name="Frame">Origin at the center, both unit vectors one radius long.</param>
/// <param name="Color">Color at the center.</param>
/// <param name="Rim">Color at the edge.</param>
/// <param name="Opacity">0..1.</param>
/// <param name="Softness">Fraction of the radius over which the edge fades.</param>
internal readonly record struct Round(Frame Frame, Rgb Color, Rgb Rim, double Opacity, double Softness) : IShape
{
    public Bounds Bounds
    {
        get
        {
            var (halfWidth, halfHeight) = (Math.Abs(Frame.AxisX) + Math.Abs(Frame.SideX), Math.Abs(Frame.AxisY) + Math.Abs(Frame.SideY));
            return new Bounds(Frame.X - halfWidth, Frame.Y - halfHeight, Frame.X + halfWidth, Frame.Y + halfHeight);
        }
    }

    public double Sample(double x, double y, double pixel, out Rgb color)
    {
        var (u, v) = Frame.Locate(x, y);
        var radius = Math.Sqrt(u * u + v * v);
        color = Rgb.Mix(Color, Rim, Math.Min(1, radius * radius));
        var fade = Math.Max(Softness, pixel / Frame.Length);
        return Opacity * Math.Clamp((1 - radius) / fade + 0.5 * pixel / Frame.Length / fade, 0, 1);
    }
}

/// <summary>A straight stroke with round ends.</summary>
internal readonly record struct Stroke(double X0, double Y0, double X1, double Y1, double Radius, Rgb Color) : IShape
{
    public Bounds Bounds => new(
        Math.Min(X0, X1) - Radius, Math.Min(Y0, Y1) - Radius, Math.Max(X0, X1) + Radius, Math.Max(Y0, Y1) + Radius);

    public double Sample(double x, double y, double pixel, out Rgb color)
    {
        var (dx, dy) = (X1 - X0, Y1 - Y0);
        var along = Math.Clamp(((x - X0) * dx + (y - Y0) * dy) / Math.Max(dx * dx + dy * dy, 1e-12), 0, 1);
        var (ox, oy) = (x - X0 - along * dx, y - Y0 - along * dy);
        var distance = Math.Sqrt(ox * ox + oy * oy);
        color = Color * (1.05 - 0.3 * distance / Radius + 0.1 * ox / Radius);
        return Math.Clamp(0.5 + (Radius - distance) / pixel, 0, 1);
    }
}
