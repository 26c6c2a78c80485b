using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data.Flowers;

/// <summary>Paints the background: ground, blurred lights, leaves and stem.</summary>
internal sealed class Garden(Canvas canvas, CounterRandom random)
{
    private const int Lattice = 4;

    private static readonly (int From, int To, int Patches)[] s_grounds =
    [
        (0x1F3A1C, 0x6E9A4A, 0x2F5A2A),
        (0x2B331C, 0x8B8F4E, 0x4B3B22),
        (0x6D8FB4, 0x4C7A43, 0xA9C4D6),
        (0x3A2A1E, 0x6F6A3C, 0x27401F),
        (0x24402F, 0x9BB77A, 0x5E8F6B),
        (0x4A5560, 0x8B9A86, 0x36493A),
    ];

    private static readonly int[] s_lights = [0xD9E7A8, 0xFFF6D8, 0xB9D7A0, 0xF2C9DA, 0xF4E07A, 0xC9D4F5, 0xE8A98A];

    private CounterRandom _random = random;

    public void PaintGround()
    {
        var (from, to, patches) = s_grounds[_random.NextInt(s_grounds.Length)];
        var (first, second, third) = (Rgb.FromHex(from), Rgb.FromHex(to), Rgb.FromHex(patches));
        var (cos, sin) = ExactMath.CosSin(_random.NextDouble());
        var heights = new double[(Lattice + 1) * (Lattice + 1)];
        foreach (ref var height in heights.AsSpan())
            height = _random.NextDouble();
        canvas.Develop((x, y, _) =>
        {
            var ground = Rgb.Mix(first, second, Math.Clamp(0.5 + 0.7 * ((x - 0.5) * cos + (y - 0.5) * sin), 0, 1));
            return Rgb.Mix(ground, third, 0.7 * ExactMath.SmoothStep(0.25, 0.95, ValueNoise(heights, x, y)));
        });
        var lights = 3 + _random.NextInt(7);
        for (var k = 0; k < lights; k++)
            PaintLight();
    }

    /// <summary>Paints the stem from the flower's center to the lower edge, and the leaves.</summary>
    public void PaintPlant(Frame head)
    {
        var green = Rgb.Mix(Rgb.FromHex(0x2E5A22), Rgb.FromHex(0x7FA646), _random.NextDouble());
        for (var leaves = 2 + _random.NextInt(4); leaves > 0; leaves--)
        {
            var frame = new Frame(_random.Uniform(0.1, 0.9), _random.Uniform(0.6, 1.1), 1, 0, 0, 1);
            var blade = frame.Turned(_random.Uniform(-0.47, -0.03), _random.Uniform(0.3, 0.65), _random.Uniform(0.05, 0.11));
            var shade = _random.Uniform(0.65, 1.1);
            canvas.Paint(new Petal(blade, Outline.Lance, green * (0.7 * shade), green * shade, -0.25, 0));
        }
        PaintStem(head, green * 0.85);
        // A shadow separates the head from the ground.
        var shadow = head with { X = head.X + 0.015, Y = head.Y + 0.025 };
        canvas.Paint(new Round(shadow.Turned(0, 0.95, 0.95), default, default, 0.35, 0.6));
    }

    private void PaintStem(Frame head, Rgb green)
    {
        const int Pieces = 12;
        var (footX, bendX) = (head.X + _random.Uniform(-0.2, 0.2), head.X + _random.Uniform(-0.12, 0.12));
        var radius = 0.012 + 0.03 * head.Length;
        var (x0, y0) = (head.X, head.Y);
        for (var k = 1; k <= Pieces; k++)
        {
            var t = (double)k / Pieces;
            var x = (1 - t) * (1 - t) * head.X + 2 * t * (1 - t) * bendX + t * t * footX;
            var y = head.Y + t * (1.05 - head.Y);
            canvas.Paint(new Stroke(x0, y0, x, y, radius, green));
            (x0, y0) = (x, y);
        }
    }

    private void PaintLight()
    {
        var color = Rgb.FromHex(s_lights[_random.NextInt(s_lights.Length)]);
        var radius = _random.Uniform(0.03, 0.15);
        var frame = new Frame(_random.NextDouble(), _random.NextDouble(), radius, 0, 0, radius);
        canvas.Paint(new Round(frame, color, color, _random.Uniform(0.12, 0.4), 0.35));
    }

    private static double ValueNoise(double[] heights, double x, double y)
    {
        var (cellX, cellY) = (Math.Min((int)(x * Lattice), Lattice - 1), Math.Min((int)(y * Lattice), Lattice - 1));
        var (u, v) = (ExactMath.SmoothStep(0, 1, x * Lattice - cellX), ExactMath.SmoothStep(0, 1, y * Lattice - cellY));
        var at = cellY * (Lattice + 1) + cellX;
        var above = heights[at] * (1 - u) + heights[at + 1] * u;
        var below = heights[at + Lattice + 1] * (1 - u) + heights[at + Lattice + 2] * u;
        return above * (1 - v) + below * v;
    }
}
