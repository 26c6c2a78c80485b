using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

// One declaration for each entry point of nn.cpp.
internal static unsafe partial class Native
{
    [LibraryImport(Lib)] internal static partial Tensor torch_conv2d(Tensor? x, Tensor? w, Tensor? b, ReadOnlySpan<long> stride, int ns, ReadOnlySpan<long> pad, int np, ReadOnlySpan<long> dil, int nd, long groups);
    [LibraryImport(Lib)] internal static partial Tensor torch_linear(Tensor? x, Tensor? w, Tensor? b);
    [LibraryImport(Lib)] internal static partial Tensor torch_batch_norm(Tensor? x, Tensor? mean, Tensor? var, Tensor? w, Tensor? b, Flag training, double momentum, double eps);
    [LibraryImport(Lib)] internal static partial Tensor torch_layer_norm(Tensor? x, ReadOnlySpan<long> s, int n, Tensor? w, Tensor? b, double eps);
    [LibraryImport(Lib)] internal static partial Tensor torch_dropout(Tensor? x, double p, Flag training);
    [LibraryImport(Lib)] internal static partial int torch_dropout_(Tensor? x, double p, Flag training);
    [LibraryImport(Lib)] internal static partial Tensor torch_relu(Tensor? t);
    [LibraryImport(Lib)] internal static partial int torch_relu_(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_relu6(Tensor? t);
    [LibraryImport(Lib)] internal static partial int torch_relu6_(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_silu(Tensor? t);
    [LibraryImport(Lib)] internal static partial int torch_silu_(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_hardsigmoid(Tensor? t);
    [LibraryImport(Lib)] internal static partial int torch_hardsigmoid_(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_hardswish(Tensor? t);
    [LibraryImport(Lib)] internal static partial int torch_hardswish_(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_gelu(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_leaky_relu(Tensor? t, double slope);
    [LibraryImport(Lib)] internal static partial Tensor torch_softplus(Tensor? t);
    [LibraryImport(Lib)] internal static partial Tensor torch_softmax(Tensor? t, long d, int dtype);
    [LibraryImport(Lib)] internal static partial Tensor torch_log_softmax(Tensor? t, long d, int dtype);
    [LibraryImport(Lib)] internal static partial Tensor torch_adaptive_avg_pool2d(Tensor? t, ReadOnlySpan<long> s, int n);
    [LibraryImport(Lib)] internal static partial Tensor torch_avg_pool2d(Tensor? t, ReadOnlySpan<long> k, int nk, ReadOnlySpan<long> s, int ns, ReadOnlySpan<long> p, int np, Flag ceil, Flag count_pad, long divisor);
    [LibraryImport(Lib)] internal static partial Tensor torch_max_pool2d(Tensor? t, ReadOnlySpan<long> k, int nk, ReadOnlySpan<long> s, int ns, ReadOnlySpan<long> p, int np, ReadOnlySpan<long> d, int nd, Flag ceil);
    [LibraryImport(Lib)] internal static partial Tensor torch_one_hot(Tensor? t, long n);
    [LibraryImport(Lib)] internal static partial Tensor torch_normalize(Tensor? t, double p, long d, double eps);
    [LibraryImport(Lib)] internal static partial Tensor torch_pad(Tensor? t, ReadOnlySpan<long> p, int n, int mode, double value);
    [LibraryImport(Lib)] internal static partial Tensor torch_interpolate(Tensor? t, ReadOnlySpan<long> s, int n, int mode, Flag corners, Flag antialias, double sh, double sw);
    [LibraryImport(Lib)] internal static partial Tensor torch_affine_grid(Tensor? theta, ReadOnlySpan<long> s, int n, Flag corners);
    [LibraryImport(Lib)] internal static partial Tensor torch_grid_sample(Tensor? t, Tensor? grid, int mode, int padding, Flag corners);
    [LibraryImport(Lib)] internal static partial Tensor torch_cross_entropy(Tensor? x, Tensor? y, Tensor? w, long ignore, int reduction, double smoothing);
    [LibraryImport(Lib)] internal static partial Tensor torch_nll_loss(Tensor? x, Tensor? y, Tensor? w, long ignore, int reduction);
    [LibraryImport(Lib)] internal static partial Tensor torch_mse_loss(Tensor? x, Tensor? y, int reduction);
    [LibraryImport(Lib)] internal static partial Tensor torch_l1_loss(Tensor? x, Tensor? y, int reduction);
    [LibraryImport(Lib)] internal static partial Tensor torch_smooth_l1_loss(Tensor? x, Tensor? y, int reduction, double beta);
    [LibraryImport(Lib)] internal static partial Tensor torch_bce_with_logits(Tensor? x, Tensor? y, Tensor? w, Tensor? pos, int reduction);
    [LibraryImport(Lib)] internal static partial Tensor torch_kl_div(Tensor? x, Tensor? y, int reduction, Flag log_target);
    [LibraryImport(Lib)] internal static partial int torch_adam_step(nint[] parameters, nint[] means, nint[] squares, nint[] largest, int n, long[] steps, double lr, double beta1, double beta2, double eps, double decay, Flag decoupled, Flag maximize);
}
