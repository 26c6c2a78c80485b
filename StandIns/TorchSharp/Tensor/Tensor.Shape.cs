using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => torch_view(this, shape, shape.Length);
        public Tensor view_as(Tensor other) => view(other.shape);
        public Tensor reshape(params long[] shape) => torch_reshape(this, shape, shape.Length);
        public Tensor permute(params long[] permutation) => torch_permute(this, permutation, permutation.Length);
        public Tensor expand(params long[] sizes) => torch_expand(this, sizes, sizes.Length, false);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => torch_expand(this, sizes, sizes.Length, isImplicit);
        public Tensor expand_as(Tensor other) => expand(other.shape);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => torch_as_strided(this, size, size.Length, strides, strides.Length, storageOffset);
        public Tensor repeat(params long[] sizes) => torch_repeat(this, sizes, sizes.Length);
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => torch_repeat_interleave(this, repeats, dim ?? long.MinValue);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            using var count = torch.tensor(repeats, device: device);
            return torch_repeat_interleave(this, count, dim ?? long.MinValue);
        }
        public Tensor transpose(long dim0, long dim1) => torch_transpose(this, dim0, dim1);
        public Tensor t() => torch_t(this);
        public Tensor T => permute([.. Enumerable.Range(0, (int)ndim).Select(i => ndim - 1 - i)]);
        public Tensor mT => transpose(-2, -1);
        public Tensor contiguous() => torch_contiguous(this);
        public Tensor clone() => torch_clone(this);
        public Tensor unsqueeze(long dim) => torch_unsqueeze(this, dim);
        public Tensor squeeze(long? dim = null) => dim is { } d ? torch_squeeze_dim(this, d) : torch_squeeze(this);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => torch_flatten(this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => torch_unflatten(this, dim, sizes, sizes.Length);
        public Tensor flip(params long[] dims) => torch_flip(this, dims, dims.Length);
        public Tensor fliplr() => flip(1);
        public Tensor flipud() => flip(0);
        public Tensor roll(long shifts, long dims) => torch_roll(this, [shifts], 1, [dims], 1);
        public Tensor roll(long[] shifts, long[] dims) => torch_roll(this, shifts, shifts.Length, dims, dims.Length);
        public Tensor[] chunk(long chunks, long dim = 0) => Take(torch_chunk(this, chunks, dim));
        public Tensor[] split(long size, long dim = 0) => Take(torch_split(this, size, dim));
        public Tensor[] split(long[] sizes, long dim = 0) => Take(torch_split_sizes(this, sizes, sizes.Length, dim));
        public Tensor[] unbind(int dim = 0) => Take(torch_unbind(this, dim));
        public Tensor tril(long diagonal = 0) => torch_tril(this, diagonal);
        public Tensor triu(long diagonal = 0) => torch_triu(this, diagonal);
        public Tensor diag(long diagonal = 0) => torch_diag(this, diagonal);
    }
}
