using System.Buffers.Binary;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Randomness;

namespace Linnaeus.Vision.Tests;

public sealed class ImagingFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static Image Sample(int width = 48, int height = 40, int seed = 1)
    {
        var image = new Image(width, height);
        var random = new Random(seed);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(128 + 90 * Math.Sin(i * 0.01 * seed) + random.Next(30));
        return image;
    }

    public static TheoryData<string, string> BadFiles => new()
    {
        { "html", "HTML" },
        { "html-doctype", "HTML" },
        { "empty", "empty" },
        { "short", "not a valid image (2 bytes)" },
        { "gif", "GIF" },
        { "noise", "not that of a JPEG, PNG or WebP" },
        { "jpeg-half", "truncated or corrupt JPEG" },
        { "jpeg-without-end", "truncated or corrupt JPEG" },
        { "jpeg-stray-byte-half", "truncated or corrupt JPEG" },
        { "jpeg-header-only", "without a frame header" },
        { "jpeg-huge", "65500x65500" },
        { "png-half", "truncated or corrupt PNG" },
        { "png-huge", "30000x30000" },
        { "png-flipped-bit", "truncated or corrupt PNG" },
        { "png-header-only", "without a header" },
        { "one-pixel", "only 1x1 pixels" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_is_refused_with_its_name_the_fault_and_a_remedy(string kind, string expected)
    {
        var path = _folder[$"{kind}.jpg"];
        File.WriteAllBytes(path, Make(kind));
        foreach (var options in new[] { DecodeOptions.Default, new DecodeOptions { TargetShorterSide = 8 } })
        {
            var fault = Assert.Throws<ImageFormatException>(() => ImageDecoder.DecodeFile(path, options));
            Assert.Equal(path, fault.File);
            Assert.Contains(expected, fault.Fault, StringComparison.Ordinal);
            Assert.NotEmpty(fault.Remedy);
            Assert.Equal($"{fault.File}: {fault.Fault}. {fault.Remedy}", fault.Message);
        }
    }

    [Fact]
    public async Task A_missing_file_is_refused_alike()
    {
        var fault = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeFileAsync(_folder["none.jpg"], null, TestContext.Current.CancellationToken));
        Assert.Contains("cannot be read", fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Stray_bytes_between_markers_do_no_harm()
    {
        var jpeg = JpegCodec.Encode(Sample());
        Assert.Equal(ImageDecoder.Decode(jpeg, "a.jpg").Pixels, ImageDecoder.Decode(WithStrayBytes(jpeg), "b.jpg").Pixels);
    }

    [Fact]
    public void The_type_is_told_by_content_and_the_bounds_are_the_callers()
    {
        File.WriteAllBytes(_folder["really-a-png.jpg"], PngCodec.Encode(Sample()));
        Assert.Equal(48, ImageDecoder.DecodeFile(_folder["really-a-png.jpg"]).Width);
        Assert.Throws<ImageFormatException>(() => ImageDecoder.DecodeFile(_folder["really-a-png.jpg"], new DecodeOptions { MaxPixels = 1000 }));
        Assert.Throws<ImageFormatException>(() => ImageDecoder.DecodeFile(_folder["really-a-png.jpg"], new DecodeOptions { MinSide = 41 }));
    }

    [Fact]
    public void Animated_WebP_is_refused()
    {
        ImagingPillow.Make(_folder.Path);
        var fault = Assert.Throws<ImageFormatException>(() => ImageDecoder.DecodeFile(_folder["animated.webp"]));
        Assert.Contains("animated", fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_files_give_an_image_or_a_format_exception() =>
        AssertSurvives([JpegCodec.Encode(Sample()), PngCodec.Encode(Sample())]);

    [Fact]
    public void Mutated_files_of_other_encoders_give_an_image_or_a_format_exception()
    {
        ImagingPillow.Make(_folder.Path);
        string[] names = ["progressive.jpg", "cmyk.jpg", "palette-alpha.png", "deep.png", "lossy.webp", "lossless-alpha.webp"];
        AssertSurvives([.. names.Select(name => File.ReadAllBytes(_folder[name]))]);
    }

    private static void AssertSurvives(byte[][] originals)
    {
        var random = new CounterRandom(7, RandomPurpose.Drawing);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = (byte[])originals[round % originals.Length].Clone();
            for (var changes = 1 + random.NextInt(8); changes > 0; changes--)
                bytes[random.NextInt(random.Chance(0.5) ? Math.Min(bytes.Length, 200) : bytes.Length)] = (byte)random.NextInt(256);
            if (random.Chance(0.3))
                bytes = bytes[..random.NextInt(bytes.Length)];
            try
            {
                var image = ImageDecoder.Decode(bytes, "mutated", new DecodeOptions { MaxPixels = 1 << 22, TargetShorterSide = random.Chance(0.5) ? 16 : null });
                Assert.InRange(image.Width, 1, 1 << 22);
            }
            catch (ImageFormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 100, 400);
    }

    private static byte[] Make(string kind)
    {
        var jpeg = JpegCodec.Encode(Sample());
        var png = PngCodec.Encode(Sample());
        return kind switch
        {
            "html" => "  \n<html><head><title>404 Not Found</title></head></html>"u8.ToArray(),
            "html-doctype" => "<!DOCTYPE html><html lang=en><title>Error 404</title>"u8.ToArray(),
            "empty" => [],
            "short" => [0xFF, 0xD8],
            "gif" => "GIF89a\u0001\u0000\u0001\u0000"u8.ToArray(),
            "noise" => [.. Enumerable.Range(0, 100).Select(i => (byte)(i * 7 + 1))],
            "jpeg-half" => jpeg[..(jpeg.Length / 2)],
            "jpeg-without-end" => jpeg[..^2],
            "jpeg-stray-byte-half" => WithStrayBytes(jpeg)[..(jpeg.Length / 2)],
            "jpeg-header-only" => jpeg[..20],
            "jpeg-huge" => WithSize(jpeg, 65500),
            "png-half" => png[..(png.Length / 2)],
            "png-huge" => HugePng(),
            "png-flipped-bit" => [.. png[..^40], (byte)(png[^40] ^ 0x10), .. png[^39..]],
            "png-header-only" => png[..20],
            "one-pixel" => PngCodec.Encode(new Image(1, 1)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static byte[] WithStrayBytes(byte[] jpeg)
    {
        var tables = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]);
        return [.. jpeg[..tables], 0x00, 0x11, 0x22, .. jpeg[tables..]];
    }

    private static byte[] WithSize(byte[] jpeg, ushort side)
    {
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), side);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), side);
        return jpeg;
    }

    /// <summary>A sound header of 30,000x30,000 true-color pixels with a few bytes of data behind it.</summary>
    private static byte[] HugePng()
    {
        var header = new byte[17];
        "IHDR"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 30000);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), 30000);
        (header[12], header[13]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. header, .. Crc(header), 0, 0, 0, 2, .. "IDAT"u8, 0x78, 0x9C, 0, 0, 0, 0];
    }

    private static byte[] Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return bytes;
    }
}
