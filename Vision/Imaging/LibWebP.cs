using System.Runtime.InteropServices;

namespace Linnaeus.Vision.Imaging;

/// <summary>Imports of libwebp 1.x's decoder (<c>webp/decode.h</c>).</summary>
internal static partial class LibWebP
{
    /// <summary>The minor byte may be older than the library's; the major byte must match.</summary>
    public const int DecoderAbiVersion = 0x0209;

    static LibWebP() => NativeLibraries.Register();

    /// <returns>0 when the header is valid.</returns>
    [LibraryImport(NativeLibraries.WebP)]
    public static partial int WebPGetFeaturesInternal(ReadOnlySpan<byte> data, nuint size, out Features features, int abiVersion);

    /// <returns>The buffer, or null when the file is corrupt.</returns>
    [LibraryImport(NativeLibraries.WebP)]
    public static partial nint WebPDecodeRGBInto(ReadOnlySpan<byte> data, nuint size, Span<byte> pixels, nuint pixelsSize, int stride);

    /// <returns>The buffer, or null when the file is corrupt.</returns>
    [LibraryImport(NativeLibraries.WebP)]
    public static partial nint WebPDecodeRGBAInto(ReadOnlySpan<byte> data, nuint size, Span<byte> pixels, nuint pixelsSize, int stride);

    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Features
    {
        public int Width;
        public int Height;
        public int HasAlpha;
        public int HasAnimation;
        public int Format;
        public fixed uint Padding[5];
    }
}
