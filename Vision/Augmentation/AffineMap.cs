namespace Linnaeus.Vision.Augmentation;

/// <summary>
/// Where each output pixel is read from: <c>x_in = A0 x + A1 y + A2</c>, <c>y_in = B0 x + B1 y + B2</c>, pixel centers at
/// integers, x to the right and y down. The formulas of the layers are those of Keras 3's image layers.
/// </summary>
public readonly record struct AffineMap(double A0, double A1, double A2, double B0, double B1, double B2)
{
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Mirrors left-right and/or top-bottom.</summary>
    public static AffineMap Flip(bool horizontal, bool vertical, double width, double height) => new(
        horizontal ? -1 : 1, 0, horizontal ? width - 1 : 0,
        0, vertical ? -1 : 1, vertical ? height - 1 : 0);

    /// <summary>Turns about the middle; positive is counterclockwise on the screen.</summary>
    public static AffineMap Rotation(double degrees, double width, double height)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (cx, cy) = ((width - 1) / 2, (height - 1) / 2);
        return new AffineMap(cos, -sin, cx - cx * cos + cy * sin, sin, cos, cy - cx * sin - cy * cos);
    }

    /// <summary>Zooms about the middle by a scale 1 + factor of the field of view: a positive factor shrinks the image.</summary>
    public static AffineMap Zoom(double heightFactor, double widthFactor, double width, double height)
    {
        var (zx, zy) = (1 + widthFactor, 1 + heightFactor);
        return new AffineMap(zx, 0, (width - 1) / 2 * (1 - zx), 0, zy, (height - 1) / 2 * (1 - zy));
    }

    /// <summary>Shifts by shares of height (positive is down) and width (positive is right).</summary>
    public static AffineMap Translation(double heightFactor, double widthFactor, double width, double height) =>
        new(1, 0, -widthFactor * width, 0, 1, -heightFactor * height);

    /// <summary>Stretches a box of the input, given by its edges in pixels (0 is the image's own left or upper edge), over the output.</summary>
    public static AffineMap Crop(double left, double top, double cropWidth, double cropHeight, double outputWidth, double outputHeight)
    {
        var (sx, sy) = (cropWidth / outputWidth, cropHeight / outputHeight);
        return new AffineMap(sx, 0, left + 0.5 * sx - 0.5, 0, sy, top + 0.5 * sy - 0.5);
    }

    /// <summary>The map of applying <paramref name="earlier"/> to an image first and this one to the result.</summary>
    public AffineMap After(AffineMap earlier) => new(
        earlier.A0 * A0 + earlier.A1 * B0, earlier.A0 * A1 + earlier.A1 * B1, earlier.A0 * A2 + earlier.A1 * B2 + earlier.A2,
        earlier.B0 * A0 + earlier.B1 * B0, earlier.B0 * A1 + earlier.B1 * B1, earlier.B0 * A2 + earlier.B1 * B2 + earlier.B2);
}
