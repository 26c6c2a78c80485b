namespace Linnaeus.Vision.Data.Flowers;

/// <summary>Petal colors at base and tip.</summary>
internal readonly record struct PetalColors(int Base, int Tip);

/// <summary>Parameters of a flower species. Lengths are fractions of the flower's radius.</summary>
internal sealed record Species(string Name, int Petals, Outline Outline, double PetalWidth, PetalColors[] Colors, double Disc, int DiscColor)
{
    private static readonly PetalColors s_white = new(0xE9E4DA, 0xFDFCF8);
    private static readonly PetalColors s_yellow = new(0xE9A50E, 0xFBDD3A);
    private static readonly PetalColors s_orange = new(0xC8480F, 0xF58A24);
    private static readonly PetalColors s_red = new(0x8E1020, 0xDC2F35);
    private static readonly PetalColors s_pink = new(0xB93A77, 0xF19FC4);
    private static readonly PetalColors s_purple = new(0x4A237F, 0x9A63CF);
    private static readonly PetalColors s_blue = new(0x2A48A8, 0x7FA6F0);

    /// <summary>
    /// All species; a dataset of n classes uses the first n. Several species share colors, so that
    /// the classifier must also learn petal count and shape.
    /// </summary>
    public static IReadOnlyList<Species> All { get; } =
    [
        new("daisy", 19, Outline.Oval, 0.105, [s_white, s_pink], 0.27, 0xE9B21C),
        new("sunflower", 17, Outline.Lens, 0.13, [s_yellow, s_orange], 0.44, 0x4B2C14) { Layers = 2 },
        new("buttercup", 5, Outline.Spoon, 0.46, [s_yellow], 0.16, 0xC7A416) { Stamens = 18 },
        new("anemone", 8, Outline.Oval, 0.30, [s_red, s_purple, s_white], 0.20, 0x1D1626) { Stamens = 26 },
        new("gentian", 5, Outline.Lance, 0.30, [s_blue, s_purple], 0.11, 0xF2F2DD) { Vein = 0.35 },
        new("lily", 6, Outline.Lens, 0.22, [s_orange, s_pink, s_white], 0.06, 0xA9B04A) { Spots = 0.55, Stamens = 6, StamenLength = 0.55 },
        new("dandelion", 30, Outline.Oval, 0.06, [s_yellow], 0, 0) { Layers = 3 },
        new("primrose", 5, Outline.Heart, 0.42, [s_pink, s_yellow, s_white], 0.14, 0xE2A01C) { InnerRing = 0xF5D44F },
        new("aster", 26, Outline.Lens, 0.075, [s_purple, s_pink, s_blue], 0.22, 0xDDA21F),
        new("cosmos", 8, Outline.Heart, 0.30, [s_pink, s_white], 0.17, 0xE3B426),
        new("clematis", 4, Outline.Oval, 0.42, [s_purple, s_blue, s_white], 0.13, 0xD8D27A) { Stamens = 20, Vein = 0.4 },
        new("pansy", 5, Outline.Spoon, 0.56, [s_purple, s_yellow, s_blue], 0.08, 0xF0C030) { InnerRing = 0x24103A },
    ];

    /// <summary>Rings of petals, the inner ones shorter.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>How dark the middle line of a petal is: 0..1.</summary>
    public double Vein { get; init; } = 0.18;

    /// <summary>How dark the freckles of a petal are: 0..1.</summary>
    public double Spots { get; init; }

    public int Stamens { get; init; }

    public double StamenLength { get; init; } = 0.3;

    /// <summary>Color of a soft ring around the disc, if any.</summary>
    public int? InnerRing { get; init; }
}
