using System.Runtime.InteropServices;

namespace Linnaeus.Vision.Imaging;

/// <summary>Imports of the TurboJPEG API of libjpeg-turbo 2 (<c>turbojpeg.h</c>; version 3 still has these functions).</summary>
internal static partial class TurboJpeg
{
    public const int PixelRgb = 0;
    public const int PixelCmyk = 11;
    public const int Subsampling444 = 0;
    public const int Subsampling420 = 2;
    public const int FlagNoRealloc = 1024;
    public const int FlagAccurateDct = 4096;
    public const int FlagLimitScans = 32768;
    public const int ErrorIsWarning = 0;

    static TurboJpeg() => NativeLibraries.Register();

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial nint tjInitDecompress();

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial nint tjInitCompress();

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial int tjDestroy(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial int tjDecompress2(
        nint handle, ReadOnlySpan<byte> jpeg, CULong jpegSize, Span<byte> pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static unsafe partial ScalingFactor* tjGetScalingFactors(out int count);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static unsafe partial int tjCompress2(
        nint handle, ReadOnlySpan<byte> pixels, int width, int pitch, int height, int pixelFormat,
        byte** jpeg, ref CULong jpegSize, int subsampling, int quality, int flags);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial CULong tjBufSize(int width, int height, int subsampling);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial nint tjGetErrorStr2(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    public static partial int tjGetErrorCode(nint handle);

    public static string LastError(nint handle) => Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "unknown fault";

    [StructLayout(LayoutKind.Sequential)]
    public readonly struct ScalingFactor
    {
        public readonly int Numerator;
        public readonly int Denominator;

        /// <summary>Length of a side after scaling (rounded up, as the library does).</summary>
        public int Apply(int side) => (int)(((long)side * Numerator + Denominator - 1) / Denominator);
    }
}
