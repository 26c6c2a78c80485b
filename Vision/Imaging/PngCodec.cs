using System.Buffers.Binary;

namespace Linnaeus.Vision.Imaging;

/// <summary>PNG by libpng: every bit depth and color type; transparency is blended with white.</summary>
public static unsafe class PngCodec
{
    private const string Remedy = "Replace the file with an intact copy, or remove it";

    /// <summary>Encodes an image as an 8-bit RGB PNG.</summary>
    public static byte[] Encode(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var png = new LibPng.PngImage
        {
            Version = LibPng.Version,
            Width = (uint)image.Width,
            Height = (uint)image.Height,
            Format = LibPng.FormatRgb,
        };
        // Deflate never grows data by more than 5 bytes in 16 KiB; chunk headers and the fixed chunks fit in the rest.
        var raw = (3L * image.Width + 1) * image.Height;
        var buffer = new byte[raw + raw / 1024 + 4096];
        var size = (nuint)buffer.Length;
        fixed (byte* target = buffer, pixels = image.Pixels)
        {
            var written = LibPng.png_image_write_to_memory(&png, target, ref size, 0, pixels, 0, null);
            var fault = png.ErrorText();
            LibPng.png_image_free(&png);
            if (written == 0)
                throw new InvalidOperationException($"Encoding a {image.Width}x{image.Height} PNG failed: {fault}");
        }
        return buffer.AsSpan(0, (int)size).ToArray();
    }

    internal static Image Decode(ReadOnlySpan<byte> bytes, string name, DecodeOptions options)
    {
        CheckHeader(bytes, name, options);
        var png = new LibPng.PngImage { Version = LibPng.Version };
        fixed (byte* memory = bytes)
        {
            try
            {
                if (LibPng.png_image_begin_read_from_memory(&png, memory, (nuint)bytes.Length) == 0)
                    throw Damaged(name, png);
                SizeBounds.Check(name, png.Width, png.Height, options);
                return Read(&png, name);
            }
            finally
            {
                LibPng.png_image_free(&png);
            }
        }
    }

    private static Image Read(LibPng.PngImage* png, string name)
    {
        var opaque = (png->Format & 0x01) == 0;
        png->Format = opaque ? LibPng.FormatRgb : LibPng.FormatRgba;
        png->Flags |= LibPng.Flag16BitSrgb;
        var (width, height) = ((int)png->Width, (int)png->Height);
        var samples = new byte[(opaque ? 3L : 4L) * width * height];
        fixed (byte* buffer = samples)
        {
            if (LibPng.png_image_finish_read(png, null, buffer, 0, null) == 0)
                throw Damaged(name, *png);
        }
        return new Image(width, height, opaque ? samples : AlphaOnWhite.Compose(samples));
    }

    /// <summary>Rejects an invalid size before libpng allocates memory.</summary>
    private static void CheckHeader(ReadOnlySpan<byte> bytes, string name, DecodeOptions options)
    {
        if (bytes.Length < 33 || !bytes[12..].StartsWith("IHDR"u8))
            throw new ImageFormatException(name, "PNG without a header (truncated or corrupt)", Remedy);
        SizeBounds.Check(name, BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]), options);
    }

    private static ImageFormatException Damaged(string name, in LibPng.PngImage png) =>
        new(name, $"truncated or corrupt PNG ({png.ErrorText()})", Remedy);
}
