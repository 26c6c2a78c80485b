// Layers, activations, sampling and losses.
#include "shim.h"

TENSOR(torch_conv2d, (T x, T w, T b, L stride, int ns, L pad, int np, L dil, int nd, int64_t groups),
       at::conv2d(*x, *w, maybe(b), ints(stride, ns), ints(pad, np), ints(dil, nd), groups))
TENSOR(torch_linear, (T x, T w, T b), at::linear(*x, *w, maybe(b)))
TENSOR(torch_batch_norm, (T x, T mean, T var, T w, T b, bool training, double momentum, double eps),
       at::batch_norm(*x, maybe(w), maybe(b), maybe(mean), maybe(var), training, momentum, eps, at::globalContext().userEnabledCuDNN()))
TENSOR(torch_layer_norm, (T x, L s, int n, T w, T b, double eps), at::layer_norm(*x, ints(s, n), maybe(w), maybe(b), eps))
TENSOR(torch_dropout, (T x, double p, bool training), at::dropout(*x, p, training))
STATUS(torch_dropout_, (T x, double p, bool training), at::dropout_(*x, p, training))
#define ACTIVATION(op) TENSOR(torch_##op, (T t), at::op(*t)) STATUS(torch_##op##_, (T t), at::op##_(*t))
ACTIVATION(relu) ACTIVATION(relu6) ACTIVATION(silu) ACTIVATION(hardsigmoid) ACTIVATION(hardswish)
TENSOR(torch_gelu, (T t), at::gelu(*t))
TENSOR(torch_leaky_relu, (T t, double slope), at::leaky_relu(*t, slope))
TENSOR(torch_softplus, (T t), at::softplus(*t))
TENSOR(torch_softmax, (T t, int64_t d, int dtype), at::softmax(*t, d, kind(dtype)))
TENSOR(torch_log_softmax, (T t, int64_t d, int dtype), at::log_softmax(*t, d, kind(dtype)))
TENSOR(torch_adaptive_avg_pool2d, (T t, L s, int n), at::adaptive_avg_pool2d(*t, ints(s, n)))
TENSOR(torch_avg_pool2d, (T t, L k, int nk, L s, int ns, L p, int np, bool ceil, bool count_pad, int64_t divisor),
       at::avg_pool2d(*t, ints(k, nk), ints(s, ns), ints(p, np), ceil, count_pad, divisor ? c10::optional<int64_t>(divisor) : c10::nullopt))
TENSOR(torch_max_pool2d, (T t, L k, int nk, L s, int ns, L p, int np, L d, int nd, bool ceil),
       at::max_pool2d(*t, ints(k, nk), ints(s, ns), ints(p, np), ints(d, nd), ceil))
TENSOR(torch_one_hot, (T t, int64_t n), at::one_hot(*t, n))
TENSOR(torch_normalize, (T t, double p, int64_t d, double eps), *t / t->norm(p, {d}, true).clamp_min(eps).expand_as(*t))

// mode: 0 constant, 1 reflect, 2 replicate, 3 circular.
static Tensor pad(const Tensor& t, at::IntArrayRef p, int mode, double value) {
    if (mode == 0) return at::constant_pad_nd(t, p, value);
    if (mode == 3) return at::_pad_circular(t, p);
    switch (p.size()) {
    case 2: return mode == 1 ? at::reflection_pad1d(t, p) : at::replication_pad1d(t, p);
    case 4: return mode == 1 ? at::reflection_pad2d(t, p) : at::replication_pad2d(t, p);
    case 6: return mode == 1 ? at::reflection_pad3d(t, p) : at::replication_pad3d(t, p);
    default: throw std::invalid_argument("pad: reflect and replicate take 2, 4 or 6 numbers");
    }
}
TENSOR(torch_pad, (T t, L p, int n, int mode, double value), pad(*t, ints(p, n), mode, value))

// mode: 0 nearest, 2 bilinear, 3 bicubic, 5 area (TorchSharp's InterpolationMode). Scales of 0 are derived from the sizes.
static Tensor interpolate(const Tensor& t, at::IntArrayRef size, int mode, bool corners, bool antialias, double sh, double sw) {
    if (t.dim() != 4) throw std::invalid_argument("interpolate: expected a 4-dimensional tensor [N,C,H,W]");
    c10::optional<double> h = sh > 0 ? c10::optional<double>(sh) : c10::nullopt, w = sw > 0 ? c10::optional<double>(sw) : c10::nullopt;
    if (antialias && mode == 2) return at::_upsample_bilinear2d_aa(t, size, corners, h, w);
    if (antialias && mode == 3) return at::_upsample_bicubic2d_aa(t, size, corners, h, w);
    if (antialias) throw std::invalid_argument("interpolate: antialias needs bilinear or bicubic mode");
    switch (mode) {
    case 0: return at::upsample_nearest2d(t, size, h, w);
    case 2: return at::upsample_bilinear2d(t, size, corners, h, w);
    case 3: return at::upsample_bicubic2d(t, size, corners, h, w);
    case 5: return at::adaptive_avg_pool2d(t, size);
    default: throw std::invalid_argument("interpolate: this mode is not supported for [N,C,H,W]");
    }
}
TENSOR(torch_interpolate, (T t, L s, int n, int mode, bool corners, bool antialias, double sh, double sw),
       interpolate(*t, ints(s, n), mode, corners, antialias, sh, sw))
TENSOR(torch_affine_grid, (T theta, L s, int n, bool corners), at::affine_grid_generator(*theta, ints(s, n), corners))
TENSOR(torch_grid_sample, (T t, T grid, int mode, int padding, bool corners), at::grid_sampler(*t, *grid, mode, padding, corners))

// reduction: 0 none, 1 mean, 2 sum.
TENSOR(torch_cross_entropy, (T x, T y, T w, int64_t ignore, int reduction, double smoothing),
       at::cross_entropy_loss(*x, *y, maybe(w), reduction, ignore, smoothing))
TENSOR(torch_nll_loss, (T x, T y, T w, int64_t ignore, int reduction), at::nll_loss_nd(*x, *y, maybe(w), reduction, ignore))
TENSOR(torch_mse_loss, (T x, T y, int reduction), at::mse_loss(*x, *y, reduction))
TENSOR(torch_l1_loss, (T x, T y, int reduction), at::l1_loss(*x, *y, reduction))
TENSOR(torch_smooth_l1_loss, (T x, T y, int reduction, double beta), at::smooth_l1_loss(*x, *y, reduction, beta))
TENSOR(torch_bce_with_logits, (T x, T y, T w, T pos, int reduction), at::binary_cross_entropy_with_logits(*x, *y, maybe(w), maybe(pos), reduction))
TENSOR(torch_kl_div, (T x, T y, int reduction, bool log_target), at::kl_div(*x, *y, reduction, log_target))
