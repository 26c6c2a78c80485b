using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data.Flowers;

/// <summary>Paints one flower head from the outer petals to the center, as foreground.</summary>
internal sealed class FlowerPainter(Canvas canvas, Species species, CounterRandom random)
{
    private CounterRandom _random = random;

    /// <param name="head">Center of the flower; unit vectors are one radius long.</param>
    public void Paint(Frame head)
    {
        var colors = species.Colors[_random.NextInt(species.Colors.Length)];
        var (inner, outer) = (Jitter(Rgb.FromHex(colors.Base), 0.10), Jitter(Rgb.FromHex(colors.Tip), 0.07));
        for (var layer = 0; layer < species.Layers; layer++)
            PaintPetals(head, layer, inner, outer);
        if (species.InnerRing is { } ring)
            canvas.Paint(new Round(head.Turned(0, species.Disc + 0.17, species.Disc + 0.17), Rgb.FromHex(ring), Rgb.FromHex(ring), 0.9, 0.55), true);
        if (species.Stamens > 0)
            PaintStamens(head);
        if (species.Disc > 0)
            PaintDisc(head, Jitter(Rgb.FromHex(species.DiscColor), 0.08));
    }

    private void PaintPetals(Frame head, int layer, Rgb inner, Rgb outer)
    {
        var reach = 1 - 0.27 * layer;
        var light = 0.92 + 0.08 * layer;
        var offset = (layer * 0.5 + _random.NextDouble()) / species.Petals;
        // Every other petal first, so that neighbors overlap like shingles.
        for (var k = 0; k < species.Petals; k++)
        {
            var index = 2 * k < species.Petals ? 2 * k : 2 * (k - (species.Petals + 1) / 2) + 1;
            var turns = offset + (index + _random.Uniform(-0.12, 0.12)) / species.Petals;
            var length = reach * _random.Uniform(0.9, 1.03);
            var width = species.PetalWidth * Math.Sqrt(reach) * _random.Uniform(0.88, 1.1);
            var shade = light * _random.Uniform(0.88, 1.05);
            canvas.Paint(new Petal(head.Turned(turns, length, width), species.Outline, inner * shade, outer * shade, species.Vein, species.Spots), true);
        }
    }

    private void PaintStamens(Frame head)
    {
        var (filament, anther) = (Rgb.FromHex(0xDDE0A8), Jitter(Rgb.FromHex(0xB8742A), 0.1));
        var size = head.Length;
        for (var k = 0; k < species.Stamens; k++)
        {
            var reach = species.Disc + species.StamenLength * _random.Uniform(0.55, 1);
            var frame = head.Turned((k + _random.Uniform(-0.3, 0.3)) / species.Stamens, reach, 0.05);
            var (x, y) = frame.Place(1, 0);
            canvas.Paint(new Stroke(frame.X, frame.Y, x, y, 0.012 * size, filament), true);
            canvas.Paint(new Round(new Frame(x, y, 0.04 * size, 0, 0, 0.04 * size), anther, anther * 0.7, 1, 0), true);
        }
    }

    private void PaintDisc(Frame head, Rgb color)
    {
        canvas.Paint(new Round(head.Turned(0, species.Disc, species.Disc), color * 1.1, color * 0.72, 1, 0), true);
        // Florets on Vogel's spiral, spaced by the golden angle.
        var florets = (int)(species.Disc * 240);
        for (var k = 1; k < florets; k++)
        {
            var radius = species.Disc * 0.93 * Math.Sqrt((double)k / florets);
            var (x, y) = head.Turned(k * 0.381966011250105, radius, 1).Place(1, 0);
            var size = head.Length * 0.026;
            var floret = color * _random.Uniform(0.7, 1.45);
            canvas.Paint(new Round(new Frame(x, y, size, 0, 0, size), floret, floret * 0.8, 0.75, 0.3), true);
        }
    }

    private Rgb Jitter(Rgb color, double amount) => new(
        color.R * _random.Uniform(1 - amount, 1 + amount),
        color.G * _random.Uniform(1 - amount, 1 + amount),
        color.B * _random.Uniform(1 - amount, 1 + amount));
}
