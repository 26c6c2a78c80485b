using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Linnaeus.Vision.Native;

namespace Linnaeus;

/// <summary>Compiled into every program that uses TorchSharp: loads libtorch when TorchSharp first asks for it.</summary>
internal static class LoadLibTorch
{
    [ModuleInitializer]
    internal static void WhenAskedFor() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => LibTorch.Resolve(name);
}
