namespace Linnaeus.Vision.Augmentation;

/// <summary>
/// Maps output pixels to input pixels: <c>x_in = A0 x + A1 y + A2</c>, <c>y_in = B0 x + B1 y + B2</c>, pixel centers at
/// integers, x to the right and y down. The formulas of the layers are those of Keras 3's image layers.
/// </summary>
public readonly record struct AffineMap(double A0, double A1, double A2, double B0, double B1, double B2)
{
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Mirrors left-right and/or top-bottom.</summary>
    public static AffineMap Flip(bool horizontal, bool vertical, double width, double height) => new(
        horizontal ? -1 : 1, 0, horizontal ? width - 1 : 0,
        0, vertical ? -1 : 1, vertical ? height - 1 : 0);

    /// <summary>Rotates about the center; positive is counterclockwise.</summary>
    public static AffineMap Rotation(double degrees, double width, double height)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (cx, cy) = ((width - 1) / 2, (height - 1) / 2);
        return new AffineMap(cos, -sin, cx - cx * cos + cy * sin, sin, cos, cy - cx * sin - cy * cos);
    }

    /// <summary>Zooms about the center; a positive factor shrinks the image to 1 / (1 + factor).</summary>
    public static AffineMap Zoom(double heightFactor, double widthFactor, double width, double height)
    {
        var (zx, zy) = (1 + widthFactor, 1 + heightFactor);
        return new AffineMap(zx, 0, (width - 1) / 2 * (1 - zx), 0, zy, (height - 1) / 2 * (1 - zy));
    }

    /// <summary>Shifts by fractions of the height (positive is down) and width (positive is right).</summary>
    public static AffineMap Translation(double heightFactor, double widthFactor, double width, double height) =>
        new(1, 0, -widthFactor * width, 0, 1, -heightFactor * height);

    /// <summary>Scales a box of the input, with edges in pixels, to the output size.</summary>
    public static AffineMap Crop(double left, double top, double cropWidth, double cropHeight, double outputWidth, double outputHeight)
    {
        var (sx, sy) = (cropWidth / outputWidth, cropHeight / outputHeight);
        return new AffineMap(sx, 0, left + 0.5 * sx - 0.5, 0, sy, top + 0.5 * sy - 0.5);
    }

    /// <summary>The map that applies <paramref name="earlier"/> first and then this one.</summary>
    public AffineMap After(AffineMap earlier) => new(
        earlier.A0 * A0 + earlier.A1 * B0, earlier.A0 * A1 + earlier.A1 * B1, earlier.A0 * A2 + earlier.A1 * B2 + earlier.A2,
        earlier.B0 * A0 + earlier.B1 * B0, earlier.B0 * A1 + earlier.B1 * B1, earlier.B0 * A2 + earlier.B1 * B2 + earlier.B2);
}
