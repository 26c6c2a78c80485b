namespace Linnaeus.Vision.Imaging;

/// <summary>File types that <see cref="ImageDecoder"/> reads.</summary>
public enum ImageType
{
    Jpeg,
    Png,
    WebP,
}

/// <summary>Tells a file's type by its first bytes, whatever its name says.</summary>
internal static class ImageSignature
{
    /// <summary>The type of a readable image; otherwise <c>null</c> and in words what the file is instead.</summary>
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
            return "it is empty (0 bytes)";
        if (LooksLikeMarkup(bytes))
            return "it is an HTML or XML page, not an image";
        if (bytes.StartsWith("GIF8"u8))
            return "it is a GIF, which is not read";
        if (bytes.StartsWith("BM"u8))
            return "it is a BMP, which is not read";
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))
            return "it is a TIFF, which is not read";
        if (bytes.StartsWith("%PDF"u8))
            return "it is a PDF, not an image";
        if (bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8))
            return "it is an HEIC, AVIF or video file, which is not read";
        return bytes.Length < 12
            ? $"it is too short to be an image ({bytes.Length} bytes)"
            : $"its first bytes ({Convert.ToHexString(bytes[..8])}) are not those of a JPEG, PNG or WebP";
    }

    private static bool LooksLikeMarkup(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        bytes = bytes.TrimStart(" \t\r\n"u8);
        return bytes.Length > 1 && bytes[0] == '<' && (char.IsAsciiLetter((char)bytes[1]) || bytes[1] is (byte)'!' or (byte)'?');
    }
}
