using System.Runtime.InteropServices.Marshalling;
using System.Text;
using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A libtorch tensor. Belongs to the dispose scope it was made in; a finaliser frees what is left over.</summary>
    [NativeMarshalling(typeof(TensorMarshaller))]
    public partial class Tensor : IDisposable
    {
        private static long totalCount, peakCount;

        internal nint handle;
        internal DisposeScope? OwningDisposeScope { get; set; }

        internal Tensor(nint handle)
        {
            this.handle = handle;
            var count = Interlocked.Increment(ref totalCount);
            if (count > peakCount) peakCount = count;
            if (DisposeScopeManager.ThreadSingleton.Current is { } scope)
            {
                OwningDisposeScope = scope;
                scope.Add(this);
            }
        }

        ~Tensor() => Free();

        public void Dispose()
        {
            OwningDisposeScope?.MarkAsDisposed(this);
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            var h = Interlocked.Exchange(ref handle, 0);
            if (h == 0) return;
            Interlocked.Decrement(ref totalCount);
            torch_free(h);
        }

        /// <summary>Gives up the handle without freeing it.</summary>
        internal nint MoveHandle()
        {
            var h = Interlocked.Exchange(ref handle, 0);
            Interlocked.Decrement(ref totalCount);
            GC.SuppressFinalize(this);
            return h;
        }

        /// <summary>The managed tensors alive now, disposed ones not counted.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);
        public static long PeakCount => Interlocked.Read(ref peakCount);

        public string? name { get; set; }
        public bool IsInvalid => handle == 0;
        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }
        public Tensor MoveToOtherDisposeScope(DisposeScope? scope)
        {
            if (OwningDisposeScope is null) scope?.Attach(this);
            else OwningDisposeScope.MoveToOther(scope, this);
            return this;
        }
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        private Tensor Done(int status)
        {
            if (status != 0) Throw();
            return this;
        }

        public long Dimensions => torch_dim(this);
        public long dim() => torch_dim(this);
        public long ndim => torch_dim(this);
        public long NumberOfElements => torch_numel(this);
        public long numel() => torch_numel(this);
        public long ElementSize => torch_element_size(this);
        public long element_size() => torch_element_size(this);
        public ScalarType dtype => (ScalarType)torch_dtype(this);
        public DeviceType device_type => (DeviceType)torch_device_type(this);
        public int device_index => torch_device_index(this);
        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_contiguous() => torch_is_contiguous(this);
        public bool is_leaf => torch_is_leaf(this);
        public bool is_inference() => torch_is_inference(this);
        public long storage_offset() => torch_storage_offset(this);

        public long[] shape => Sizes(stride: false);
        public long[] size() => shape;
        public long size(int dim)
        {
            var s = shape;
            return s[dim < 0 ? dim + s.Length : dim];
        }
        public long[] stride() => Sizes(stride: true);
        public long stride(int dim)
        {
            var s = stride();
            return s[dim < 0 ? dim + s.Length : dim];
        }

        private unsafe long[] Sizes(bool stride)
        {
            var sizes = new long[torch_dim(this)];
            fixed (long* p = sizes) Check(stride ? torch_strides(this, p) : torch_sizes(this, p));
            return sizes;
        }

        /// <summary>Another reference to the same native tensor, disposed independently.</summary>
        public Tensor alias() => torch_alias(this);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(torch_to(this, (int)type, -1, -1, copy, non_blocking), disposeAfter);
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(torch_to(this, (int)type, (int)device.type, device.index, copy, non_blocking), disposeAfter);
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(torch_to(this, -1, (int)device.type, device.index, copy, non_blocking), disposeAfter);
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);
        public Tensor to(Tensor other, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(other.dtype, other.device, copy, disposeAfter, non_blocking);
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);
        public Tensor type_as(Tensor tensor) => to(tensor.dtype);
        public Tensor cpu(bool disposeAfter = false) => to(CPU, disposeAfter: disposeAfter);
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);
        public Tensor pin_memory() => torch_pin_memory(this);
        public Tensor @bool() => to(ScalarType.Bool);
        public Tensor @byte() => to(ScalarType.Byte);
        public Tensor @int() => to(ScalarType.Int32);
        public Tensor @long() => to(ScalarType.Int64);
        public Tensor @float() => to(ScalarType.Float32);
        public Tensor @double() => to(ScalarType.Float64);
        public Tensor half() => to(ScalarType.Float16);
        public Tensor bfloat16() => to(ScalarType.BFloat16);

        private Tensor After(Tensor result, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return result;
        }

        public bool requires_grad
        {
            get => torch_requires_grad(this);
            set => Check(torch_set_requires_grad(this, value));
        }
        public Tensor requires_grad_(bool requires_grad = true) => Done(torch_set_requires_grad(this, requires_grad));
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);
        public void retain_grad() => Check(torch_retain_grad(this));

        /// <summary>The gradient gathered by backward(), or null.</summary>
        public Tensor? grad
        {
            get
            {
                var g = Checked(torch_grad(this));
                return g == 0 ? null : new Tensor(g);
            }
            set => Check(torch_set_grad(this, value));
        }
        public void backward(IList<Tensor>? grad_tensors = null, bool create_graph = false, bool? retain_graph = null, IList<Tensor>? inputs = null)
        {
            if (inputs is not null) throw new NotSupportedException("backward(inputs:) is not part of this subset: use torch.autograd.grad.");
            Check(torch_backward(this, grad_tensors is { Count: > 0 } g ? g[0] : null, retain_graph ?? create_graph, create_graph));
        }
        internal void SetData(Tensor data) => Check(torch_set_data(this, data));
        public Tensor detach() => torch_detach(this);
        public Tensor detach_() => Done(torch_detach_(this));

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);
        /// <summary>Same shape and the same values.</summary>
        public bool Equals(Tensor target) => Checked(torch_equal(this, target));
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public override string ToString() => IsInvalid ? "<disposed tensor>" : new StringBuilder()
            .Append('[').AppendJoin('x', shape).Append("], type = ").Append(dtype).Append(", device = ").Append(device).ToString();
    }
}
