using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Data.Flowers;

/// <summary>The parameters of one synthetic image; <see cref="Draw"/> is deterministic.</summary>
/// <param name="Species">The flower species.</param>
/// <param name="Seed">Seed of the dataset.</param>
/// <param name="Split">0 train, 1 validation, 2 test.</param>
/// <param name="SpeciesIndex">Index of the species in <see cref="Species.All"/>.</param>
/// <param name="Index">Index of the image in its split and class.</param>
/// <param name="Side">Side of the image in pixels.</param>
internal sealed record FlowerScene(Species Species, long Seed, int Split, int SpeciesIndex, int Index, int Side) : IImageSource
{
    /// <summary>Increase when the images change, so that fingerprints change too.</summary>
    public const int Version = 1;

    public Image Load(int? targetShorterSide = null) => Draw().ToImage();

    public Mask LoadMask() => Draw().ToMask();

    private Canvas Draw()
    {
        var random = Stream(0);
        var canvas = new Canvas(Side);
        var head = PlaceHead(ref random);
        var garden = new Garden(canvas, Stream(1));
        garden.PaintGround();
        garden.PaintPlant(head);
        new FlowerPainter(canvas, Species, Stream(2)).Paint(head);
        Expose(canvas, ref random);
        return canvas;
    }

    /// <summary>Position, size, rotation, and the tilt that shortens the flower in one direction.</summary>
    private static Frame PlaceHead(ref CounterRandom random)
    {
        var (x, y) = (random.Uniform(0.36, 0.64), random.Uniform(0.34, 0.6));
        var radius = random.Uniform(0.24, 0.42);
        var (cos, sin) = ExactMath.CosSin(random.NextDouble());
        var tilt = random.Uniform(0.68, 1);
        var tilted = new Frame(x, y, radius * cos, radius * sin, -radius * tilt * sin, radius * tilt * cos);
        return tilted.Turned(random.NextDouble(), 1, 1);
    }

    /// <summary>Applies light direction, exposure, white balance and sensor noise.</summary>
    private static void Expose(Canvas canvas, ref CounterRandom random)
    {
        var (cos, sin) = ExactMath.CosSin(random.NextDouble());
        var exposure = random.Uniform(0.72, 1.15);
        var slope = random.Uniform(0, 0.4);
        var warmth = random.Uniform(-0.07, 0.07);
        var balance = new Rgb(1 + warmth, 1, 1 - warmth);
        var noise = random.Uniform(0.005, 0.03);
        var sensor = random;
        canvas.Develop((x, y, color) =>
        {
            var light = exposure * (1 + slope * ((x - 0.5) * cos + (y - 0.5) * sin));
            // The sum of four uniform bytes approximates a normal draw with a standard deviation of about 148.
            var bits = sensor.NextUInt32();
            var grain = ((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24) - 510.0) / 148 * noise;
            return color * balance * light + new Rgb(grain, grain, grain);
        });
    }

    private CounterRandom Stream(int part) => new(Seed, RandomPurpose.Drawing, SpeciesIndex * 3 + Split, Index, part);
}
