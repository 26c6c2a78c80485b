using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor slice(long dim, long start, long finish, long step) => torch_slice(this, dim, start, finish, step);
        public Tensor narrow(long dim, long start, long length) => torch_narrow(this, dim, start, length);
        public Tensor select(long dim, long index) => torch_select(this, dim, index);
        public Tensor index_select(long dim, Tensor index) => torch_index_select(this, dim, index);
        public Tensor take(Tensor index) => torch_take(this, index);
        public Tensor gather(long dim, Tensor index) => torch_gather(this, dim, index);
        public Tensor scatter(long dim, Tensor index, Tensor src) => torch_scatter(this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Done(torch_scatter_(this, dim, index, src));
        public Tensor scatter_(long dim, Tensor index, Scalar value) => Done(torch_scatter_number_(this, dim, index, value));
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => torch_scatter_add(this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Done(torch_scatter_add_(this, dim, index, src));
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Done(torch_index_add_(this, dim, index, source, alpha));
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Done(torch_index_copy_(this, dim, index, source));
        public Tensor masked_select(Tensor mask) => torch_masked_select(this, mask);
        public Tensor masked_fill(Tensor mask, Scalar value) => torch_masked_fill(this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Done(torch_masked_fill_(this, mask, value));
        public Tensor where(Tensor condition, Tensor y) => torch_where(condition, this, y);

        public Tensor index(params TensorIndex[] indices)
        {
            var result = torch_index(this, Encode(indices), indices.Length);
            GC.KeepAlive(indices);
            return result;
        }
        public Tensor index(params Tensor[] indices) => index([.. indices.Select(TensorIndex.Tensor)]);
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            Check(torch_index_put_(this, Encode(indices), indices.Length, value));
            GC.KeepAlive(indices);
            return this;
        }
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            Check(torch_index_put_number_(this, Encode(indices), indices.Length, value));
            GC.KeepAlive(indices);
            return this;
        }

        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        private static NativeIndex[] Encode(TensorIndex[] indices)
        {
            var encoded = new NativeIndex[indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                encoded[i] = indices[i].Native;
                if (indices[i].Tensor_ is { } tensor) encoded[i].Tensor = tensor.Handle;
            }
            return encoded;
        }
    }
}
