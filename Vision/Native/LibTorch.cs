using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Linnaeus.Vision.Native;

/// <summary>
/// Loads libtorch on Linux before its first use: from the NuGet packages, or from the folder in the environment variable <c>LIBTORCH</c>,
/// for example a PyTorch installation with CUDA.
/// </summary>
public static partial class LibTorch
{
    /// <summary>A folder with <c>lib/libtorch_cpu.so</c>, or the parent of such a <c>torch</c> folder.</summary>
    public const string FolderVariable = "LIBTORCH";

    /// <summary>Major and minor version that TorchSharp is built for; other versions have a different native interface.</summary>
    public const string Version = "2.10";

    private const string TorchSharpFile = "libLibTorchSharp.so";
    private static readonly Lock s_lock = new();
    private static (nint LibTorch, nint TorchSharp) s_handles;

    /// <summary>Loads libtorch once. Services call this at startup, to fail early. On other systems than Linux, TorchSharp finds it by itself.</summary>
    /// <exception cref="DllNotFoundException">The folder has no libtorch of this version, or it cannot be loaded. The message names the remedy.</exception>
    public static void Load()
    {
        if (!OperatingSystem.IsLinux())
            return;
        lock (s_lock)
        {
            if (s_handles.TorchSharp != 0)
                return;
            var named = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? Find(folder) : null;
            var libtorch = LoadLibraries(Path.Combine(named ?? Path.Combine(AppContext.BaseDirectory, "libtorch"), "lib"));
            s_handles = (libtorch, LoadTorchSharp());
        }
    }

    /// <summary>Resolves TorchSharp's native libraries for the runtime (build/torch/LoadLibTorch.cs).</summary>
    /// <param name="name">Library name.</param>
    /// <returns>A handle; 0 for other libraries.</returns>
    /// <exception cref="DllNotFoundException">As for <see cref="Load"/>.</exception>
    public static nint Resolve(string name)
    {
        if (name is not ("torch_cpu" or "LibTorchSharp"))
            return 0;
        Load();
        return name == "torch_cpu" ? s_handles.LibTorch : s_handles.TorchSharp;
    }

    /// <summary>The folder at or below <paramref name="folder"/> whose <c>lib</c> holds a libtorch of <see cref="Version"/>.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    internal static string Find(string folder)
    {
        var root = Root(folder);
        var version = ReadVersion(root);
        return version.StartsWith(Version + ".", StringComparison.Ordinal)
            ? root
            : throw new DllNotFoundException($"{FolderVariable}={folder} holds libtorch {version}, but libtorch {Version} is required. Point it to that version, or unset {FolderVariable}.");
    }

    // TorchSharp then finds them by name, because the dynamic loader has already loaded them.
    private static nint LoadLibraries(string folder)
    {
        var libtorch = NativeLibrary.Load(Path.Combine(folder, "libtorch_cpu.so"));
        var cuda = Path.Combine(folder, "libtorch_cuda.so");
        if (File.Exists(cuda))
            NativeLibrary.Load(cuda);
        // TorchSharp's library depends on it, although it only references the others.
        NativeLibrary.Load(Path.Combine(folder, "libtorch.so"));
        return libtorch;
    }

    private static string Root(string folder)
    {
        string[] candidates = [folder, Path.Combine(folder, "torch")];
        return candidates.FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, "lib", "libtorch_cpu.so")))
            ?? throw new DllNotFoundException($"{FolderVariable}={folder} has no lib/libtorch_cpu.so. Point it to libtorch {Version} or PyTorch {Version}, or unset {FolderVariable}.");
    }

    // libtorch has its version in the file build-version ("2.10.0+cpu"), PyTorch in version.py ("__version__ = '2.10.0+cu128'").
    private static string ReadVersion(string root)
    {
        foreach (var name in (ReadOnlySpan<string>)["build-version", "version.py"])
        {
            var file = Path.Combine(root, name);
            if (File.Exists(file) && VersionNumber().Match(File.ReadAllText(file)) is { Success: true } found)
                return found.Value;
        }

        throw new DllNotFoundException($"Cannot tell the libtorch version of {root}: it has neither build-version nor version.py. Point {FolderVariable} to libtorch {Version} or PyTorch {Version}.");
    }

    private static nint LoadTorchSharp()
    {
        string[] candidates =
        [
            Path.Combine(AppContext.BaseDirectory, TorchSharpFile),
            Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native", TorchSharpFile),
        ];
        if (candidates.FirstOrDefault(File.Exists) is not { } file)
            throw new DllNotFoundException($"{TorchSharpFile} is missing from {AppContext.BaseDirectory}. TorchSharp supports Linux on x64 only; build and publish for linux-x64.");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException error) when (error.Message.Contains("GLIBCXX", StringComparison.Ordinal))
        {
            throw new DllNotFoundException(
                $"{file} needs a newer libstdc++ than this system has. Build on this system (the build then creates a compatible copy), or install "
                + $"libstdc++ of GCC 13 or newer (Debian 13, Ubuntu 24.04). {error.Message}", error);
        }
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
