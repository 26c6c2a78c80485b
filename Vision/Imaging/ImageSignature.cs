namespace Linnaeus.Vision.Imaging;

/// <summary>File types supported by <see cref="ImageDecoder"/>.</summary>
public enum ImageType
{
    Jpeg,
    Png,
    WebP,
}

/// <summary>Detects a file's type by its first bytes, regardless of its name.</summary>
internal static class ImageSignature
{
    /// <summary>The type of a supported image; otherwise <c>null</c> and a description of the file.</summary>
    public static ImageType? Detect(ReadOnlySpan<byte> bytes, out string whatInstead)
    {
        whatInstead = "";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageType.Jpeg;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageType.Png;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
            return ImageType.WebP;
        whatInstead = DescribeOther(bytes);
        return null;
    }

    private static string DescribeOther(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return "not a valid image: empty file (0 bytes)";
        if (LooksLikeMarkup(bytes))
            return "not a valid image: HTML or XML page";
        if (bytes.StartsWith("GIF8"u8))
            return "unsupported image format: GIF";
        if (bytes.StartsWith("BM"u8))
            return "unsupported image format: BMP";
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))
            return "unsupported image format: TIFF";
        if (bytes.StartsWith("%PDF"u8))
            return "not a valid image: PDF";
        if (bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8))
            return "unsupported image format: HEIC, AVIF or video";
        return bytes.Length < 12
            ? $"not a valid image ({bytes.Length} bytes)"
            : $"not a valid image: the signature {Convert.ToHexString(bytes[..8])} is not that of a JPEG, PNG or WebP";
    }

    private static bool LooksLikeMarkup(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        bytes = bytes.TrimStart(" \t\r\n"u8);
        return bytes.Length > 1 && bytes[0] == '<' && (char.IsAsciiLetter((char)bytes[1]) || bytes[1] is (byte)'!' or (byte)'?');
    }
}
