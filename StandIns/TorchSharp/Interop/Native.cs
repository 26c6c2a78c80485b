using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using static TorchSharp.torch;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>A scalar as the shim takes it. Kind: -1 none, 0 integer, 1 floating point, 2 boolean.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Number(long Bits, long Kind)
{
    public static readonly Number None = new(0, -1);
    public static implicit operator Number(Scalar? scalar) => scalar is null ? None : scalar.Number;
    public static implicit operator Number(double value) => new(BitConverter.DoubleToInt64Bits(value), 1);
    public double AsDouble => Kind == 1 ? BitConverter.Int64BitsToDouble(Bits) : Bits;
    public long AsInt64 => Kind == 1 ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;
}

/// <summary>A C++ bool.</summary>
internal readonly record struct Flag(byte Value)
{
    public static implicit operator Flag(bool value) => new(value ? (byte)1 : (byte)0);
    public static implicit operator bool(Flag flag) => flag.Value != 0;
}

/// <summary>Element type, device and gradient flag of a tensor to be created; -1 is "unspecified".</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Options(int Dtype, int DeviceType, int DeviceIndex, int RequiresGrad)
{
    public static Options Of(ScalarType? dtype, Device? device, bool requiresGrad = false) =>
        new(dtype is { } d ? (int)d : -1, device is null ? -1 : (int)device.type, device?.index ?? -1, requiresGrad ? 1 : 0);
}

/// <summary>One index of an indexing expression: see `Index` in ops.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    public long Kind, A, B, C;
    public nint Tensor;
}

/// <summary>Passes the handle of a tensor, keeping the tensor alive until the call is over; wraps a returned handle.</summary>
[CustomMarshaller(typeof(Tensor), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
[CustomMarshaller(typeof(Tensor), MarshalMode.ManagedToUnmanagedOut, typeof(Out))]
internal static class TensorMarshaller
{
    public ref struct In
    {
        private Tensor? tensor;
        public void FromManaged(Tensor? value) => tensor = value;
        public readonly nint ToUnmanaged() => tensor is null ? 0 : tensor.Handle;
        public readonly void OnInvoked() => GC.KeepAlive(tensor);
        public readonly void Free() { }
    }

    public static class Out
    {
        public static Tensor ConvertToManaged(nint handle)
        {
            if (handle == 0) Native.Throw();
            return new Tensor(handle);
        }
    }
}

internal static partial class Native
{
    private const string Lib = "LinnaeusTorch";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Lib) return 0;
        var file = Path.Combine(AppContext.BaseDirectory, $"lib{Lib}.so");
        if (!File.Exists(file)) file = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? "", $"lib{Lib}.so");
        if (!File.Exists(file)) throw new DllNotFoundException($"{file} is missing: build StandIns/TorchSharp, which compiles it against libtorch.");
        return NativeLibrary.Load(file);
    }

    /// <summary>Throws the error that the last failed call on this thread left behind.</summary>
    public static void Throw()
    {
        var message = torch_error();
        throw new ExternalException(message == 0 ? "libtorch returned no tensor" : Marshal.PtrToStringUTF8(message));
    }

    /// <summary>Throws when a call that returns a plain value has failed.</summary>
    public static T Checked<T>(T value)
    {
        var message = torch_error();
        if (message != 0) throw new ExternalException(Marshal.PtrToStringUTF8(message));
        return value;
    }

    public static void Check(int status)
    {
        if (status != 0) Throw();
    }

    /// <summary>Takes every tensor of a native list and frees the list.</summary>
    public static Tensor[] Take(nint list)
    {
        if (list == 0) Throw();
        var tensors = new Tensor[torch_list_size(list)];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = new Tensor(torch_list_get(list, i));
        torch_list_free(list);
        return tensors;
    }

    public static (Tensor First, Tensor Second) TakePair(nint list)
    {
        var tensors = Take(list);
        return (tensors[0], tensors[1]);
    }

    public static nint[] Handles(IEnumerable<Tensor> tensors) => [.. tensors.Select(t => t.Handle)];

    [LibraryImport(Lib)] private static partial nint torch_error();
    [LibraryImport(Lib)] internal static partial void torch_free(nint t);
    [LibraryImport(Lib)] private static partial long torch_list_size(nint list);
    [LibraryImport(Lib)] private static partial nint torch_list_get(nint list, long i);
    [LibraryImport(Lib)] private static partial void torch_list_free(nint list);
}
