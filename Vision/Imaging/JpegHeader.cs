using System.Buffers.Binary;

namespace Linnaeus.Vision.Imaging;

/// <summary>
/// JPEG properties needed before decoding: size, components and the EXIF orientation (1..8).
/// Read by walking the marker segments up to the first scan (ITU-T T.81 annex B; EXIF 2.3, tag 0x0112).
/// </summary>
internal readonly record struct JpegHeader(int Width, int Height, int Components, int Orientation)
{
    /// <summary><c>null</c> when the segments end before a frame header was found.</summary>
    public static JpegHeader? Read(ReadOnlySpan<byte> jpeg)
    {
        var orientation = 1;
        JpegHeader? frame = null;
        var at = 2;
        while (NextSegment(jpeg, ref at, out var marker, out var body))
        {
            if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8))
                orientation = ReadOrientation(body[6..]);
            else if (IsFrame(marker) && body.Length >= 6)
                frame ??= new JpegHeader(BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]), body[5], 1);
            else if (marker == 0xDA)
                break;
        }
        return frame is { } found ? found with { Orientation = orientation } : null;
    }

    private static bool NextSegment(ReadOnlySpan<byte> jpeg, ref int at, out byte marker, out ReadOnlySpan<byte> body)
    {
        marker = 0;
        body = default;
        // Any number of 0xFF may precede a marker; other bytes are skipped, as the decoder does.
        while (at + 1 < jpeg.Length && (jpeg[at] != 0xFF || jpeg[at + 1] is 0x00 or 0xFF))
            at++;
        if (at + 4 > jpeg.Length)
            return false;
        marker = jpeg[at + 1];
        at += 2;
        if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            return true;
        var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]);
        if (marker == 0xD9 || length < 2 || at + length > jpeg.Length)
            return false;
        body = jpeg.Slice(at + 2, length - 2);
        at += length;
        return true;
    }

    // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share the range.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>Orientation in the first directory of a TIFF block; 1 (upright) when absent or malformed.</summary>
    private static int ReadOrientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return 1;
        var little = tiff[0] == 'I';
        var directory = U32(tiff[4..], little);
        if (directory > tiff.Length - 2)
            return 1;
        var entries = tiff[(int)directory..];
        var count = Math.Min(U16(entries, little), (entries.Length - 2) / 12);
        for (var i = 0; i < count; i++)
        {
            var entry = entries.Slice(2 + 12 * i, 12);
            if (U16(entry, little) == 0x0112)
                return U16(entry[8..], little) is >= 1 and <= 8 and var value ? value : 1;
        }
        return 1;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
