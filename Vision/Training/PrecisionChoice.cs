using System.Runtime.InteropServices;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Training;

/// <summary>
/// Where <see cref="TrainingPrecision.Bf16"/> is faster: on NVIDIA GPUs with compute capability 8.0 or higher, and on x86
/// processors with AMX, whose dense convolutions are 2.5 to 6.6 times as fast in it. Other processors gain nothing.
/// </summary>
public static partial class PrecisionChoice
{
    private const int FirstCapability = 8;
    private const int CapabilityMajor = 75; // cuda.h: CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR

    /// <summary>The faster precision on a device; float32 if unknown.</summary>
    public static TrainingPrecision On(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var multiplies = device.type == DeviceType.CUDA
            ? CapabilityOf(Math.Max(device.index, 0)) >= FirstCapability
            : device.type == DeviceType.CPU && Bfloat16Units.Here.HasMatrices;
        return multiplies ? TrainingPrecision.Bf16 : TrainingPrecision.Fp32;
    }

    /// <summary>The major number of a GPU's compute capability, from NVIDIA's driver; 0 if unknown.</summary>
    private static int CapabilityOf(int index) =>
        NativeLibrary.TryLoad("libcuda.so.1", out _)
        && cuInit(0) == 0 && cuDeviceGet(out var gpu, index) == 0 && cuDeviceGetAttribute(out var major, CapabilityMajor, gpu) == 0
            ? major
            : 0;

    [LibraryImport("libcuda.so.1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuInit(uint flags);

    [LibraryImport("libcuda.so.1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport("libcuda.so.1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);
}
