using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linnaeus.Vision;

/// <summary>
/// Tunes glibc's malloc for libtorch. By default glibc maps and unmaps each activation-sized block, and the kernel
/// clears every page: two fifths of the CPU time of EfficientNet-B0 inference. With these settings it keeps such blocks on its heap and
/// reuses the pages. Other C libraries (including jemalloc) and other systems are not changed.
/// </summary>
public static partial class TorchMemory
{
    // malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX.
    private const int TrimThreshold = -1, TopPad = -2, MmapMax = -4, ArenaMax = -8;

    private const int KeptAtTop = 64 << 20;

    /// <summary>Whether the C library is glibc and accepted the settings.</summary>
    public static bool IsKept { get; private set; }

    /// <summary>Returns free pages to the system, for example after a run.</summary>
    public static void Release()
    {
        if (IsKept)
            _ = malloc_trim(0);
    }

    /// <summary>Runs before anything else in this assembly, and so before the first tensor.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The settings only affect later allocations, so they must be set before any caller runs.")]
    internal static void Keep()
    {
        if (!OperatingSystem.IsLinux() || !IsGlibc())
            return;
        // Other arenas still map blocks beyond 64 MiB, and threads keep theirs: MALLOC_ARENA_MAX=1 in the environment is better.
        IsKept = mallopt(ArenaMax, 1) != 0
            && mallopt(MmapMax, 0) != 0
            && mallopt(TrimThreshold, int.MaxValue) != 0
            && mallopt(TopPad, KeptAtTop) != 0;
    }

    private static bool IsGlibc() =>
        NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nuint pad);
}
