using System.Reflection;
using System.Runtime.InteropServices;

namespace Linnaeus.Vision.Imaging;

/// <summary>Finds the system's codec libraries by their versioned file names, so that no development packages are needed.</summary>
internal static class NativeLibraries
{
    public const string TurboJpeg = "turbojpeg";
    public const string Png = "png16";
    public const string WebP = "webp";

    private static readonly Dictionary<string, (string[] Files, string DebianPackage)> s_known = new()
    {
        [TurboJpeg] = (["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib", "turbojpeg"], "libturbojpeg0"),
        [Png] = (["libpng16.so.16", "libpng16.so", "libpng16.dylib", "libpng16"], "libpng16-16"),
        [WebP] = (["libwebp.so.7", "libwebp.so", "libwebp.dylib", "libwebp"], "libwebp7"),
    };

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Registers the resolver; called by the classes that declare imports.</summary>
    public static void Register()
    {
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        s_known.TryGetValue(name, out var library) ? Load(library.Files, library.DebianPackage) : 0;

    /// <exception cref="DllNotFoundException">None of the files could be loaded.</exception>
    internal static nint Load(string[] files, string debianPackage)
    {
        foreach (var file in files)
        {
            if (NativeLibrary.TryLoad(file, out var handle))
                return handle;
        }
        throw new DllNotFoundException(
            $"{files[0]} is required to read images but was not found. Install it: apt-get install {debianPackage} (Debian, Ubuntu).");
    }
}
