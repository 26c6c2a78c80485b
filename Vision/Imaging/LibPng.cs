using System.Runtime.InteropServices;
using System.Text;

namespace Linnaeus.Vision.Imaging;

/// <summary>Imports of the simplified API of libpng 1.6 (<c>png_image_*</c> in <c>png.h</c>).</summary>
internal static partial class LibPng
{
    public const uint Version = 1;
    public const uint FormatRgb = 0x02;
    public const uint FormatRgba = 0x03;

    /// <summary>Treats 16-bit files as sRGB, not linear.</summary>
    public const uint Flag16BitSrgb = 0x04;

    static LibPng() => NativeLibraries.Register();

    [LibraryImport(NativeLibraries.Png)]
    public static unsafe partial int png_image_begin_read_from_memory(PngImage* image, byte* memory, nuint size);

    [LibraryImport(NativeLibraries.Png)]
    public static unsafe partial int png_image_finish_read(PngImage* image, void* background, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(NativeLibraries.Png)]
    public static unsafe partial int png_image_write_to_memory(
        PngImage* image, byte* memory, ref nuint size, int convertTo8Bit, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(NativeLibraries.Png)]
    public static unsafe partial void png_image_free(PngImage* image);

    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct PngImage
    {
        public nint Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColormapEntries;
        public uint WarningOrError;
        public fixed byte Message[64];

        public readonly string ErrorText()
        {
            fixed (byte* text = Message)
                return Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        }
    }
}
