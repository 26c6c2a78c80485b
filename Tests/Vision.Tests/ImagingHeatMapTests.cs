using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class ImagingHeatMapTests
{
    [Fact]
    public void Ends_and_middles_have_the_published_colors()
    {
        // matplotlib: viridis(0.0), viridis(1.0), inferno(0.0), inferno(1.0); ColorBrewer RdBu-11: middle and ends.
        Assert.Equal((68, 1, 84), ColorMap.Viridis.At(0));
        Assert.Equal((253, 231, 37), ColorMap.Viridis.At(1));
        Assert.Equal((0, 0, 4), ColorMap.Inferno.At(0));
        Assert.Equal((252, 255, 164), ColorMap.Inferno.At(1));
        Assert.Equal((247, 247, 247), ColorMap.Diverging.At(0.5));
        Assert.Equal((5, 48, 97), ColorMap.Diverging.At(-3));
        Assert.Equal((103, 0, 31), ColorMap.Diverging.At(7));
        Assert.Equal((0, 0, 4), ColorMap.Inferno.At(double.NaN));
        // matplotlib's viridis(0.5) is (33, 145, 140) and inferno(0.5) (188, 55, 84): interpolation stays near.
        Assert.True(Distance(ColorMap.Viridis.At(0.5), (33, 145, 140)) <= 3);
        Assert.True(Distance(ColorMap.Inferno.At(0.5), (188, 55, 84)) <= 3);
    }

    [Theory]
    [InlineData("viridis")]
    [InlineData("inferno")]
    public void Lightness_rises_evenly(string name)
    {
        var map = name == "viridis" ? ColorMap.Viridis : ColorMap.Inferno;
        var lightness = Enumerable.Range(0, 21).Select(i => Lightness(map.At(i / 20.0))).ToArray();
        var steps = lightness.Zip(lightness.Skip(1), (a, b) => b - a).ToArray();
        Assert.All(steps, step => Assert.InRange(step, 0.5, 2.2 * steps.Average()));
    }

    [Fact]
    public void Signed_values_are_red_above_and_blue_below_zero()
    {
        var image = HeatMap.RenderSigned([-2, 0, 2, 1], 2, 2, percentile: 100);
        Assert.True(image[0, 0][2] > image[0, 0][0]);
        Assert.Equal([247, 247, 247], image[1, 0].ToArray());
        Assert.True(image[0, 1][0] > image[0, 1][2]);
        Assert.True(image[1, 1][1] > image[0, 1][1]);
        Assert.All(HeatMap.RenderSigned(new float[9], 3, 3).Pixels, value => Assert.Equal(247, value));
    }

    [Fact]
    public void Magnitude_clips_at_the_percentile()
    {
        var values = Enumerable.Range(1, 100).Select(i => i % 2 == 0 ? (float)i : -i).ToArray();
        var magnitude = HeatMap.Magnitude(values, percentile: 50);
        Assert.Equal(0.02f, magnitude[0], 1e-6f);
        Assert.Equal(1f, magnitude[49]);
        Assert.Equal(1f, magnitude[99]);
    }

    [Fact]
    public void An_overlay_blends_by_its_opacity()
    {
        var photo = new Image(16, 12);
        photo.Pixels.AsSpan().Fill(100);
        var heat = HeatMap.Render([1, 1, 1, 1], 2, 2);
        Assert.Equal(photo.Pixels, HeatMap.Overlay(photo, heat, 0).Pixels);
        Assert.Equal([252, 255, 164], HeatMap.Overlay(photo, heat, 1)[8, 6].ToArray());
        Assert.Equal([176, 178, 132], HeatMap.Overlay(photo, heat, 0.5)[8, 6].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatMap.Overlay(photo, heat, 1.5));
        Assert.Throws<ArgumentException>(() => HeatMap.Render([1, 2, 3], 2, 2));
    }

    private static int Distance((byte R, byte G, byte B) a, (int R, int G, int B) b) =>
        Math.Max(Math.Abs(a.R - b.R), Math.Max(Math.Abs(a.G - b.G), Math.Abs(a.B - b.B)));

    /// <summary>L* of CIE 1976.</summary>
    private static double Lightness((byte R, byte G, byte B) c)
    {
        static double Linear(byte v) => v / 255.0 <= 0.04045 ? v / 255.0 / 12.92 : Math.Pow((v / 255.0 + 0.055) / 1.055, 2.4);
        var y = 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);
        return y > 0.008856 ? 116 * Math.Cbrt(y) - 16 : 903.3 * y;
    }
}
