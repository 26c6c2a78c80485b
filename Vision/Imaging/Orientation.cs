namespace Linnaeus.Vision.Imaging;

/// <summary>Rotates an image upright by its EXIF orientation.</summary>
internal static class Orientation
{
    /// <param name="image">Image as stored.</param>
    /// <param name="orientation">
    /// EXIF value: 1 upright, 2 mirrored left-right, 3 rotated by 180 degrees, 4 mirrored top-bottom, 5 transposed,
    /// 6 to be rotated clockwise by 90 degrees, 7 transversed, 8 to be rotated counterclockwise by 90 degrees.
    /// </param>
    public static Image Apply(Image image, int orientation)
    {
        if (orientation is <= 1 or > 8)
            return image;
        var swap = orientation >= 5;
        var upright = swap ? new Image(image.Height, image.Width) : new Image(image.Width, image.Height);
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                var (sx, sy) = Source(x, y, image.Width - 1, image.Height - 1, orientation);
                image[sx, sy].CopyTo(upright[x, y]);
            }
        }
        return upright;
    }

    private static (int X, int Y) Source(int x, int y, int right, int bottom, int orientation) => orientation switch
    {
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    };
}
