using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => torch_sum(this, default, -1, false, Dtype(type));
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => torch_sum(this, [dim], 1, keepdim, Dtype(type));
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => torch_sum(this, dim, dim.Length, keepdim, Dtype(type));
        public Tensor mean() => torch_mean(this, default, -1, false, -1);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => torch_mean(this, dimensions, dimensions.Length, keepdim, Dtype(type));
        public Tensor var(bool unbiased = true) => torch_var(this, default, -1, unbiased, false);
        public Tensor var(long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Cast(torch_var(this, [dimensions], 1, unbiased, keepdim), type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Cast(torch_var(this, dimensions, dimensions.Length, unbiased, keepdim), type);
        public Tensor std(bool unbiased = true) => torch_std(this, default, -1, unbiased, false);
        public Tensor std(long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Cast(torch_std(this, [dimensions], 1, unbiased, keepdim), type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Cast(torch_std(this, dimensions, dimensions.Length, unbiased, keepdim), type);
        public Tensor prod(ScalarType? type = null) => torch_prod(this, Dtype(type));
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => torch_prod_dim(this, dim, keepdim, Dtype(type));
        public Tensor norm(float p = 2.0f) => torch_norm(this, p);
        public Tensor norm(int dimension, bool keepdim = false, float p = 2.0f) => torch_norm_dim(this, [dimension], 1, keepdim, p);
        public Tensor max() => torch_max(this);
        public Tensor min() => torch_min(this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => TakePair(torch_max_dim(this, dim, keepdim));
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => TakePair(torch_min_dim(this, dim, keepdim));
        public Tensor amax(long[] dims, bool keepdim = false) => torch_amax(this, dims, dims.Length, keepdim);
        public Tensor amin(long[] dims, bool keepdim = false) => torch_amin(this, dims, dims.Length, keepdim);
        public Tensor argmax() => torch_argmax(this);
        public Tensor argmin() => torch_argmin(this);
        public Tensor argmax(long dim, bool keepdim = false) => torch_argmax_dim(this, dim, keepdim);
        public Tensor argmin(long dim, bool keepdim = false) => torch_argmin_dim(this, dim, keepdim);
        public Tensor all() => torch_all(this);
        public Tensor any() => torch_any(this);
        public Tensor all(long dim, bool keepdim = false) => torch_all_dim(this, dim, keepdim);
        public Tensor any(long dim, bool keepdim = false) => torch_any_dim(this, dim, keepdim);
        public Tensor cumsum(long dim, ScalarType? type = null) => torch_cumsum(this, dim, Dtype(type));
        public Tensor cumprod(long dim, ScalarType? type = null) => torch_cumprod(this, dim, Dtype(type));
        public Tensor logsumexp(long dim, bool keepdim = false) => torch_logsumexp(this, [dim], 1, keepdim);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => TakePair(torch_topk(this, k, dim, largest, sorted));
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => TakePair(torch_sort(this, dim, descending, stable));
        public Tensor argsort(long dim = -1, bool descending = false) => torch_argsort(this, dim, descending);
        public Tensor median() => torch_median(this);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => torch_quantile(this, q, dim, keepdim);
        public Tensor bincount(Tensor? weights = null, long minlength = 0) => torch_bincount(this, weights, minlength);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => torch_histc(this, bins, min, max);
        public Tensor nonzero() => torch_nonzero(this);
        public Tensor count_nonzero() => torch_count_nonzero(this);

        private static Tensor Cast(Tensor result, ScalarType? type) => type is { } t ? result.to(t, disposeAfter: true) : result;
    }
}
