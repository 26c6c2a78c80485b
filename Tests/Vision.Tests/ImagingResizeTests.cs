using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class ImagingResizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scaling_and_cropping_agree_with_torchvision()
    {
        (Image Image, int Size, string Path)[] cases = [.. new[] { (301, 203, 96), (97, 260, 64), (90, 61, 128), (64, 64, 64), (333, 50, 37) }
            .Select(c => (ImagingFaultTests.Sample(c.Item1, c.Item2, seed: c.Item1), c.Item3, _folder[$"{c.Item1}.png"]))];
        foreach (var (image, _, path) in cases)
            File.WriteAllBytes(path, PngCodec.Encode(image));
        ImagingPillow.Run("crop", [.. cases.SelectMany(c => new[] { c.Path, $"{c.Size}" })]);
        foreach (var (image, size, path) in cases)
        {
            var (largest, mean) = ImagingPillow.Difference(ImagingPillow.Expected(path), ImageResizer.ResizeAndCrop(image, size));
            Assert.True(largest <= 1 && mean < 0.3, $"{image.Width}x{image.Height} to {size}: {largest} at most, {mean:F3} on average");
        }
    }

    [Fact]
    public void Stretching_agrees_with_Pillow()
    {
        var path = _folder["image.png"];
        var image = ImagingFaultTests.Sample(211, 160, seed: 5);
        File.WriteAllBytes(path, PngCodec.Encode(image));
        ImagingPillow.Run("stretch", path, "50", "170", "400", "31", "1", "1", "211", "160");
        foreach (var (width, height) in new[] { (50, 170), (400, 31), (1, 1), (211, 160) })
        {
            var expected = ImagingPillow.Expected($"{path}.{width}x{height}");
            Assert.True(ImagingPillow.Difference(expected, ImageResizer.Resize(image, width, height)).Largest <= 1);
        }
    }

    [Fact]
    public void A_flat_color_stays_flat_at_its_ends()
    {
        foreach (var level in new byte[] { 0, 1, 254, 255 })
        {
            var flat = new Image(57, 83);
            flat.Pixels.AsSpan().Fill(level);
            Assert.All(ImageResizer.ResizeAndCrop(flat, 24).Pixels, value => Assert.Equal(level, value));
            Assert.All(ImageResizer.Resize(flat, 120, 90).Pixels, value => Assert.Equal(level, value));
        }
    }
}
