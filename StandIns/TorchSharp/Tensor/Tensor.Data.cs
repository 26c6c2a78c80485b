using System.Runtime.CompilerServices;
using TorchSharp.Interop;
using TorchSharp.Utils;
using static TorchSharp.Interop.Native;

namespace TorchSharp
{
    public static partial class torch
    {
        public partial class Tensor
        {
            /// <summary>The elements in row-major order of the shape, whatever the strides; CPU tensors only.</summary>
            public TensorAccessor<T> data<T>() where T : unmanaged
            {
                RequireCpu();
                var wanted = DtypeOf(typeof(T));
                if (wanted != dtype) throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
                return new TensorAccessor<T>(this);
            }

            /// <summary>The memory of a contiguous CPU tensor. It lives as long as the tensor does.</summary>
            public unsafe Span<byte> bytes
            {
                get
                {
                    RequireCpu();
                    if (!is_contiguous()) throw new NotImplementedException("Bytes() called on non-contiguous tensor.");
                    return new Span<byte>((void*)Checked(torch_data(this)), checked((int)(NumberOfElements * ElementSize)));
                }
                set
                {
                    var target = bytes;
                    if (target.Length != value.Length) throw new ArgumentException("Mismatched data sizes in SetBytes().");
                    value.CopyTo(target);
                }
            }

            private void RequireCpu()
            {
                if (device_type != DeviceType.CPU)
                    throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            public T item<T>() where T : unmanaged
            {
                if (NumberOfElements != 1) throw new ArgumentException($"The tensor must have exactly one element; it has {NumberOfElements}.");
                if (DtypeOf(typeof(T)) != dtype && !(typeof(T) == typeof(float) && dtype is ScalarType.Float16 or ScalarType.BFloat16))
                    throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
                Check(torch_item(this, out var number));
                if (typeof(T) == typeof(float)) return As<float, T>((float)number.AsDouble);
                if (typeof(T) == typeof(double)) return As<double, T>(number.AsDouble);
                if (typeof(T) == typeof(long)) return As<long, T>(number.AsInt64);
                if (typeof(T) == typeof(int)) return As<int, T>((int)number.AsInt64);
                if (typeof(T) == typeof(bool)) return As<bool, T>(number.AsInt64 != 0);
                if (typeof(T) == typeof(byte)) return As<byte, T>((byte)number.AsInt64);
                if (typeof(T) == typeof(short)) return As<short, T>((short)number.AsInt64);
                if (typeof(T) == typeof(sbyte)) return As<sbyte, T>((sbyte)number.AsInt64);
                return As<Half, T>((Half)number.AsDouble);
            }

            private static TTo As<TFrom, TTo>(TFrom value) where TFrom : unmanaged where TTo : unmanaged => Unsafe.BitCast<TFrom, TTo>(value);

            internal Scalar Item()
            {
                Check(torch_item(this, out var number));
                return new Scalar(number);
            }

            internal static ScalarType DtypeOf(Type type) =>
                type == typeof(float) ? ScalarType.Float32 : type == typeof(double) ? ScalarType.Float64 : type == typeof(long) ? ScalarType.Int64
                : type == typeof(int) ? ScalarType.Int32 : type == typeof(short) ? ScalarType.Int16 : type == typeof(byte) ? ScalarType.Byte
                : type == typeof(sbyte) ? ScalarType.Int8 : type == typeof(bool) ? ScalarType.Bool : type == typeof(Half) ? ScalarType.Float16
                : throw new ArgumentException($"Tensors of {type.Name} are not supported.");

            public static explicit operator float(Tensor value) => value.Item().ToSingle();
            public static explicit operator double(Tensor value) => value.Item().ToDouble();
            public static explicit operator sbyte(Tensor value) => value.Item().ToSByte();
            public static explicit operator byte(Tensor value) => value.Item().ToByte();
            public static explicit operator short(Tensor value) => value.Item().ToInt16();
            public static explicit operator int(Tensor value) => value.Item().ToInt32();
            public static explicit operator long(Tensor value) => value.Item().ToInt64();
            public static explicit operator bool(Tensor value) => value.Item().ToBoolean();
        }
    }

    public static class TensorExtensionMethods
    {
        public static Scalar ToScalar(this torch.Tensor value) => value.Item();
        public static float ToSingle(this torch.Tensor value) => value.Item().ToSingle();
        public static double ToDouble(this torch.Tensor value) => value.Item().ToDouble();
        public static sbyte ToSByte(this torch.Tensor value) => value.Item().ToSByte();
        public static byte ToByte(this torch.Tensor value) => value.Item().ToByte();
        public static short ToInt16(this torch.Tensor value) => value.Item().ToInt16();
        public static int ToInt32(this torch.Tensor value) => value.Item().ToInt32();
        public static long ToInt64(this torch.Tensor value) => value.Item().ToInt64();
        public static bool ToBoolean(this torch.Tensor value) => value.Item().ToBoolean();
        public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (a, b) => a * b);
    }

    namespace Utils
    {
        /// <summary>Typed access to the elements of a CPU tensor, in row-major order of its shape.</summary>
        public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
        {
            private readonly torch.Tensor tensor;
            private readonly long[] shape, strides;
            private readonly bool contiguous;
            private readonly nint data;

            internal TensorAccessor(torch.Tensor tensor)
            {
                this.tensor = tensor;
                shape = tensor.shape;
                strides = tensor.stride();
                contiguous = tensor.is_contiguous();
                Count = tensor.NumberOfElements;
                data = Checked(torch_data(tensor));
            }

            public long Count { get; }
            public bool IsSpanable => contiguous && Count <= int.MaxValue;

            private unsafe ref T At(long offset) => ref ((T*)data)[offset];

            private long Offset(long index)
            {
                if ((ulong)index >= (ulong)Count) throw new IndexOutOfRangeException();
                if (contiguous) return index;
                long offset = 0;
                for (var d = shape.Length - 1; d >= 0; d--)
                {
                    offset += index % shape[d] * strides[d];
                    index /= shape[d];
                }
                return offset;
            }

            private long Offset(params ReadOnlySpan<long> indices)
            {
                if (indices.Length != shape.Length) throw new ArgumentException($"{indices.Length} indices for a tensor of {shape.Length} dimensions.");
                long offset = 0;
                for (var d = 0; d < indices.Length; d++)
                {
                    if ((ulong)indices[d] >= (ulong)shape[d]) throw new IndexOutOfRangeException();
                    offset += indices[d] * strides[d];
                }
                return offset;
            }

            public T this[long index]
            {
                get => At(Offset(index));
                set => At(Offset(index)) = value;
            }
            public T this[params long[] indices]
            {
                get => At(indices.Length == 1 ? Offset(indices[0]) : Offset(indices.AsSpan()));
                set => At(indices.Length == 1 ? Offset(indices[0]) : Offset(indices.AsSpan())) = value;
            }

            public T[] ToArray()
            {
                var result = new T[Count];
                CopyTo(result);
                return result;
            }

            public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

            public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
            {
                var n = (int)Math.Min(Count - tensorIndex, array.Length - arrayIndex);
                if (contiguous) new ReadOnlySpan<T>((T*)data + tensorIndex, n).CopyTo(array[arrayIndex..]);
                else for (var i = 0; i < n; i++) array[arrayIndex + i] = At(Offset(tensorIndex + i));
                GC.KeepAlive(tensor);
            }

            public unsafe void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0)
            {
                var n = (int)Math.Min(Count - tensorIndex, array.Length - arrayIndex);
                if (contiguous) array.AsSpan(arrayIndex, n).CopyTo(new Span<T>((T*)data + tensorIndex, n));
                else for (var i = 0; i < n; i++) At(Offset(tensorIndex + i)) = array[arrayIndex + i];
                GC.KeepAlive(tensor);
            }

            public IEnumerator<T> GetEnumerator()
            {
                for (long i = 0; i < Count; i++) yield return this[i];
            }
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
            public void Dispose() => GC.KeepAlive(tensor);
        }
    }
}
