using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linnaeus.Vision;

/// <summary>
/// How the C library keeps memory for libtorch. glibc maps a block as large as an activation anew each time and unmaps it afterwards, and the kernel
/// clears every page of it: two fifths of the CPU time of an EfficientNet-B0's inference. Told to keep such blocks on its heap, it hands the same
/// pages out again. Other C libraries, jemalloc in glibc's place among them, and other systems are left as they are.
/// </summary>
public static partial class TorchMemory
{
    // malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX.
    private const int TrimThreshold = -1, TopPad = -2, MmapMax = -4, ArenaMax = -8;

    private const int KeptAtTop = 64 << 20;

    /// <summary>Whether this process's C library is glibc, and takes the settings.</summary>
    public static bool IsKept { get; private set; }

    /// <summary>Returns free pages to the system, after a run or anything else that needed much memory for a while.</summary>
    public static void Release()
    {
        if (IsKept)
            _ = malloc_trim(0);
    }

    /// <summary>Before anything in this assembly runs, and so before its first tensor.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Settings of the C library count for blocks that are asked for later; no caller could forget it.")]
    internal static void Keep()
    {
        if (!OperatingSystem.IsLinux() || !IsGlibc())
            return;
        // Heaps other than the main one still map blocks beyond 64 MiB. Threads that have one keep it: MALLOC_ARENA_MAX=1 from the start is better still.
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
