using System.Globalization;
using System.Net;
using System.Text;

namespace Linnaeus.Vision.Figures;

/// <summary>Writes SVG elements with escaped text and invariant numbers of at most two decimals.</summary>
internal sealed class Svg
{
    public const string Ink = "#1f2937";
    public const string Faint = "#6b7280";
    public const string Grid = "#e5e7eb";

    /// <summary>Okabe and Ito's color-blind safe palette, without its yellow, which is too faint on white.</summary>
    public static readonly IReadOnlyList<string> Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private readonly StringBuilder text = new();

    public Svg(double width, double height, string title)
    {
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" ")
            .Append("font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\" role=\"img\">\n")
            .Append("<title>").Append(Escape(title)).Append("</title>\n");
        Rectangle(0, 0, width, height, "#ffffff");
    }

    public void Rectangle(double x, double y, double width, double height, string fill, string? tooltip = null, double opacity = 1)
    {
        text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"");
        if (opacity < 1)
            text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{N(opacity)}\"");
        Close("rect", tooltip);
    }

    public void Circle(double x, double y, double radius, string fill, string? tooltip = null)
    {
        text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"");
        Close("circle", tooltip);
    }

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, bool dashed = false) =>
        text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{stroke}\" ")
            .Append(CultureInfo.InvariantCulture, $"stroke-width=\"{N(width)}\"{(dashed ? " stroke-dasharray=\"5 4\"" : "")}/>\n");

    public void Path(IEnumerable<(double X, double Y)> points, string stroke) =>
        text.Append("<polyline fill=\"none\" stroke=\"").Append(stroke).Append("\" stroke-width=\"2\" stroke-linejoin=\"round\" points=\"")
            .AppendJoin(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}")).Append("\"/>\n");

    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="turn">Degrees clockwise about the point.</param>
    public void Text(double x, double y, string content, double size = 12, string fill = Ink, string anchor = "start", double turn = 0, bool bold = false)
    {
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" fill=\"{fill}\" text-anchor=\"{anchor}\"");
        if (turn != 0)
            text.Append(CultureInfo.InvariantCulture, $" transform=\"rotate({N(turn)} {N(x)} {N(y)})\"");
        if (bold)
            text.Append(" font-weight=\"600\"");
        text.Append('>').Append(Escape(content)).Append("</text>\n");
    }

    /// <param name="png">The PNG file, embedded as a data URI.</param>
    public void Image(double x, double y, double width, double height, byte[] png, string tooltip)
    {
        text.Append(CultureInfo.InvariantCulture, $"<image x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" ")
            .Append("href=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append('"');
        Close("image", tooltip);
    }

    public override string ToString() => text + "</svg>\n";

    public static string N(double number) => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture);

    private void Close(string element, string? tooltip)
    {
        if (tooltip is null)
            text.Append("/>\n");
        else
            text.Append("><title>").Append(Escape(tooltip)).Append("</title></").Append(element).Append(">\n");
    }

    private static string Escape(string content) => WebUtility.HtmlEncode(content);
}
