using Linnaeus.Vision.Imaging;

namespace Linnaeus.Vision.Tests;

public sealed class ImagingDecodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_kind_of_file_decodes_as_Pillow_decodes_it()
    {
        ImagingPillow.Make(_folder.Path);
        var largest = new Dictionary<string, int>();
        foreach (var path in Directory.EnumerateFiles(_folder.Path).Where(path => Path.GetExtension(path) != ".raw" && Path.GetFileName(path) != "animated.webp"))
            largest[Path.GetFileName(path)] = ImagingPillow.Difference(ImagingPillow.Expected(path), ImageDecoder.DecodeFile(path)).Largest;

        Assert.Equal(15, largest.Count);
        Assert.All(largest, pair => Assert.True(pair.Value <= 1, $"{pair.Key} differs by up to {pair.Value} levels"));
    }

    [Fact]
    public void A_photograph_decodes_as_Pillow_decodes_it()
    {
        var photo = _folder["photo.jpg"];
        File.Copy(Directory.EnumerateFiles(SharedData.Locate("flowers12/test/daisy")).Order().First(), photo);
        ImagingPillow.Run("read", photo);
        Assert.True(ImagingPillow.Difference(ImagingPillow.Expected(photo), ImageDecoder.DecodeFile(photo)).Largest <= 1);
    }

    [Fact]
    public void A_large_JPEG_is_decoded_near_the_size_that_is_wanted()
    {
        var large = new Image(1600, 1000);
        for (var i = 0; i < large.Pixels.Length; i++)
            large.Pixels[i] = (byte)(i / 3 % 1600 * 255 / 1600);
        var jpeg = JpegCodec.Encode(large);

        Assert.Equal((200, 125), SizeFor(jpeg, 120));
        Assert.Equal((400, 250), SizeFor(jpeg, 224));
        Assert.Equal((800, 500), SizeFor(jpeg, 500));
        Assert.Equal((1600, 1000), SizeFor(jpeg, 501));
        var eighth = ImageDecoder.Decode(jpeg, "large.jpg", new DecodeOptions { TargetShorterSide = 100 });
        Assert.All(Enumerable.Range(0, 200), x => Assert.InRange(eighth[x, 60][0] - (8 * x + 3.5) * 255 / 1600, -2, 2));

        static (int, int) SizeFor(byte[] jpeg, int target)
        {
            var image = ImageDecoder.Decode(jpeg, "large.jpg", new DecodeOptions { TargetShorterSide = target });
            return (image.Width, image.Height);
        }
    }

    // EXIF 2.3, tag 0x0112: at which visual edge the stored row 0 and the stored column 0 lie.
    [Theory]
    [InlineData(1, "top", "left")]
    [InlineData(2, "top", "right")]
    [InlineData(3, "bottom", "right")]
    [InlineData(4, "bottom", "left")]
    [InlineData(5, "left", "top")]
    [InlineData(6, "right", "top")]
    [InlineData(7, "right", "bottom")]
    [InlineData(8, "left", "bottom")]
    public void Exif_orientation_is_honored(int orientation, string row0, string column0)
    {
        // Stored: red where row 0 meets column 0, green at the other end of row 0, blue at the other end of column 0.
        var stored = new Image(32, 16);
        Fill(stored, 0, 0, 0);
        Fill(stored, 24, 0, 1);
        Fill(stored, 0, 8, 2);
        var jpeg = JpegCodec.Encode(stored, 100, subsampleChroma: false);
        foreach (var little in new[] { true, false })
        {
            var shown = ImageDecoder.Decode(WithOrientation(jpeg, orientation, little), "turned.jpg");
            Assert.Equal(orientation >= 5 ? (16, 32) : (32, 16), (shown.Width, shown.Height));
            Assert.Equal(0, Brightest(shown, row0, column0));
            Assert.Equal(1, Brightest(shown, row0, Opposite(column0)));
            Assert.Equal(2, Brightest(shown, Opposite(row0), column0));
        }
    }

    [Fact]
    public void Encoded_images_come_back()
    {
        var image = new Image(33, 21);
        new Random(3).NextBytes(image.Pixels);
        var back = ImageDecoder.Decode(PngCodec.Encode(image), "noise.png");
        Assert.Equal(image.Pixels, back.Pixels);

        var smooth = new Image(64, 64);
        for (var i = 0; i < smooth.Pixels.Length; i++)
            smooth.Pixels[i] = (byte)(i / 192 * 2 + i / 3 % 64);
        Assert.True(ImagingPillow.Difference(smooth, ImageDecoder.Decode(JpegCodec.Encode(smooth, 95), "smooth.jpg")).Largest <= 6);
    }

    [Fact]
    public void A_missing_library_names_the_package_to_install()
    {
        var fault = Assert.Throws<DllNotFoundException>(() => NativeLibraries.Load(["libnosuchcodec.so.9"], "libnosuchcodec9"));
        Assert.Contains("apt-get install libnosuchcodec9", fault.Message, StringComparison.Ordinal);
    }

    private static void Fill(Image image, int left, int top, int channel)
    {
        for (var y = top; y < top + 8; y++)
        {
            for (var x = left; x < left + 8; x++)
                image[x, y][channel] = 255;
        }
    }

    private static int Brightest(Image image, string edge, string otherEdge)
    {
        var edges = new[] { edge, otherEdge };
        var pixel = image[edges.Contains("left") ? 2 : image.Width - 3, edges.Contains("top") ? 2 : image.Height - 3].ToArray();
        return Array.IndexOf(pixel, pixel.Max());
    }

    private static string Opposite(string edge) => edge switch { "top" => "bottom", "bottom" => "top", "left" => "right", _ => "left" };

    private static byte[] WithOrientation(byte[] jpeg, int orientation, bool little)
    {
        byte[] tiff = little
            ? [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
            : [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(8 + tiff.Length), .. "Exif\0\0"u8, .. tiff, .. jpeg[2..]];
    }
}
