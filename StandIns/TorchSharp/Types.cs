using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Where a tensor's memory lies.</summary>
public enum DeviceType { CPU = 0, CUDA = 1 }

/// <summary>How convolution and `pad` fill the border.</summary>
public enum PaddingModes { Zeros = 0, Reflect = 1, Replicate = 2, Circular = 3, Constant = 4 }

public static partial class torch
{
    /// <summary>Element types, with libtorch's own numbers.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0, Int8 = 1, Int16 = 2, Int32 = 3, Int64 = 4, Float16 = 5, Float32 = 6, Float64 = 7,
        ComplexFloat32 = 9, ComplexFloat64 = 10, Bool = 11, BFloat16 = 15,
    }

    public const ScalarType uint8 = ScalarType.Byte, int8 = ScalarType.Int8, int16 = ScalarType.Int16, int32 = ScalarType.Int32,
        int64 = ScalarType.Int64, @long = ScalarType.Int64, @bool = ScalarType.Bool, float16 = ScalarType.Float16, half = ScalarType.Float16,
        bfloat16 = ScalarType.BFloat16, float32 = ScalarType.Float32, @float = ScalarType.Float32, float64 = ScalarType.Float64,
        @double = ScalarType.Float64;

    public enum InterpolationMode { Nearest = 0, Linear = 1, Bilinear = 2, Bicubic = 3, Trilinear = 4, Area = 5 }
    public enum GridSampleMode { Nearest = 0, Bilinear = 2 }
    public enum GridSamplePaddingMode { Zeros = 0, Reflection = 1, Border = 2 }

    public enum RoundingMode { floor, trunc }
    public enum indexing { ij, xy }

    /// <summary>A device: "cpu", "cuda" or "cuda:1".</summary>
    public class Device
    {
        public DeviceType type { get; }
        /// <summary>The device's number; -1 is the current one (always so for the CPU).</summary>
        public int index { get; }

        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0] switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"Unrecognized device '{description}'"),
            };
            if (parts.Length > 2) throw new ArgumentException($"Unrecognized device '{description}'");
            index = parts.Length == 2 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : type == DeviceType.CPU ? -1 : 0;
            Initialize(type);
        }

        public Device(string deviceType, int index = -1) : this(index >= 0 ? $"{deviceType}:{index}" : deviceType) { }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = type == DeviceType.CPU ? -1 : Math.Max(index, 0);
            Initialize(type);
        }

        public Device(int index) : this(DeviceType.CUDA, index) { }

        private static void Initialize(DeviceType type)
        {
            if (type == DeviceType.CUDA && !cuda.is_available())
                throw new InvalidOperationException("Torch device type CUDA did not initialise on the current machine.");
        }

        public override string ToString() => type == DeviceType.CPU ? "cpu" : index < 0 ? "cuda" : $"cuda:{index}";
        public override bool Equals(object? obj) => obj is Device other && other.type == type && other.index == index;
        public override int GetHashCode() => HashCode.Combine(type, index);
        public static bool operator ==(Device left, Device right) => Equals(left, right);
        public static bool operator !=(Device left, Device right) => !Equals(left, right);
    }

    public static readonly Device CPU = new(DeviceType.CPU);
    public static Device CUDA => new(DeviceType.CUDA);
    public static Device device(string description) => new(description);
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);
    public static Device device(int index) => new(index);

    public static bool is_integral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;
    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.BFloat16 or ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64;
    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;
}

/// <summary>A number of any element type, as an argument of tensor operations.</summary>
public sealed class Scalar : IDisposable
{
    internal Number Number { get; }
    internal Scalar(Number number) => Number = number;

    public static implicit operator Scalar(byte value) => new(new Number(value, 0));
    public static implicit operator Scalar(sbyte value) => new(new Number(value, 0));
    public static implicit operator Scalar(short value) => new(new Number(value, 0));
    public static implicit operator Scalar(int value) => new(new Number(value, 0));
    public static implicit operator Scalar(long value) => new(new Number(value, 0));
    public static implicit operator Scalar(float value) => new((Number)(double)value);
    public static implicit operator Scalar(double value) => new((Number)value);
    public static implicit operator Scalar(bool value) => new(new Number(value ? 1 : 0, 2));

    public float ToSingle() => (float)Number.AsDouble;
    public double ToDouble() => Number.AsDouble;
    public sbyte ToSByte() => checked((sbyte)Number.AsInt64);
    public byte ToByte() => checked((byte)Number.AsInt64);
    public short ToInt16() => checked((short)Number.AsInt64);
    public int ToInt32() => checked((int)Number.AsInt64);
    public long ToInt64() => Number.AsInt64;
    public bool ToBoolean() => Number.AsDouble != 0;

    public void Dispose() { }
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;
}

/// <summary>One index of `tensor[...]`: a number, a slice, a mask or index tensor, an ellipsis, or a new axis.</summary>
public struct TensorIndex
{
    internal NativeIndex Native;
    internal torch.Tensor? Tensor_;

    private static TensorIndex Of(long kind, long a = 0, long b = 0, long c = 0) => new() { Native = { Kind = kind, A = a, B = b, C = c } };

    public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
        Of(4, start ?? long.MinValue, stop ?? long.MinValue, step ?? long.MinValue);
    public static TensorIndex Bool(bool value) => Of(3, value ? 1 : 0);
    public static TensorIndex Single(long? index) => Of(2, index ?? 0);
    public static TensorIndex Tensor(torch.Tensor tensor) => new() { Native = { Kind = 5 }, Tensor_ = tensor };
    public static TensorIndex Ellipsis => Of(1);
    public static TensorIndex None => Of(0);
    public static TensorIndex Null => Of(0);
    public static TensorIndex Colon => Slice();

    public static implicit operator TensorIndex(torch.Tensor value) => Tensor(value);
    public static implicit operator TensorIndex(long? value) => value is { } v ? Single(v) : None;
    public static implicit operator TensorIndex(long value) => Single(value);
    public static implicit operator TensorIndex(bool value) => Bool(value);
    public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range.start, range.end);
    public static implicit operator TensorIndex(Range range) =>
        Slice(range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
              !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);
    public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
}
