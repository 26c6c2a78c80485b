using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Figures;

/// <summary>An image next to its explanation.</summary>
/// <param name="Image">The network's input.</param>
/// <param name="Explained">The input with its heat map.</param>
/// <param name="Caption">Caption lines.</param>
/// <param name="Tooltip">Shown on hover.</param>
public sealed record ContactSheetTile(Image Image, Image Explained, IReadOnlyList<string> Caption, string Tooltip);

/// <summary>Images and their explanations on one page, as self-contained SVG.</summary>
public static class ContactSheet
{
    private const int Columns = 3;
    private const int Side = 144;
    private const int Margin = 16;
    private const int Line = 16;

    /// <summary>Draws the tiles row by row; images are scaled to 144 pixels.</summary>
    public static string Draw(string title, IReadOnlyList<ContactSheetTile> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        var lines = tiles.Count == 0 ? 0 : tiles.Max(tile => tile.Caption.Count);
        var (width, height) = ((2 * Side) + Margin, Side + (lines * Line) + Margin);
        var rows = (tiles.Count + Columns - 1) / Columns;
        var svg = new Svg((Columns * width) + Margin, 48 + (rows * height) + Margin, title);
        svg.Text(Margin, 28, title, 16, bold: true);
        for (var i = 0; i < tiles.Count; i++)
            Draw(svg, tiles[i], Margin + (i % Columns * width), 48 + (i / Columns * height));
        return svg.ToString();
    }

    private static void Draw(Svg svg, ContactSheetTile tile, double x, double y)
    {
        svg.Image(x, y, Side, Side, PngCodec.Encode(Reduce(tile.Image)), tile.Tooltip);
        svg.Image(x + Side, y, Side, Side, PngCodec.Encode(Reduce(tile.Explained)), tile.Tooltip);
        for (var i = 0; i < tile.Caption.Count; i++)
            svg.Text(x, y + Side + ((i + 1) * Line) - 2, tile.Caption[i], 12, i == 0 ? Svg.Ink : Svg.Faint);
    }

    private static Image Reduce(Image image) => ImageResizer.ResizeAndCrop(image, Side);
}
