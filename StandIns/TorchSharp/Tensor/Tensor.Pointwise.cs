using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => torch_abs(this);
        public Tensor abs_() => Done(torch_abs_(this));
        public Tensor neg() => torch_neg(this);
        public Tensor neg_() => Done(torch_neg_(this));
        public Tensor exp() => torch_exp(this);
        public Tensor exp_() => Done(torch_exp_(this));
        public Tensor log() => torch_log(this);
        public Tensor log_() => Done(torch_log_(this));
        public Tensor log1p() => torch_log1p(this);
        public Tensor log1p_() => Done(torch_log1p_(this));
        public Tensor expm1() => torch_expm1(this);
        public Tensor expm1_() => Done(torch_expm1_(this));
        public Tensor log2() => torch_log2(this);
        public Tensor log2_() => Done(torch_log2_(this));
        public Tensor sqrt() => torch_sqrt(this);
        public Tensor sqrt_() => Done(torch_sqrt_(this));
        public Tensor rsqrt() => torch_rsqrt(this);
        public Tensor rsqrt_() => Done(torch_rsqrt_(this));
        public Tensor square() => torch_square(this);
        public Tensor square_() => Done(torch_square_(this));
        public Tensor reciprocal() => torch_reciprocal(this);
        public Tensor reciprocal_() => Done(torch_reciprocal_(this));
        public Tensor floor() => torch_floor(this);
        public Tensor floor_() => Done(torch_floor_(this));
        public Tensor ceil() => torch_ceil(this);
        public Tensor ceil_() => Done(torch_ceil_(this));
        public Tensor round() => torch_round(this);
        public Tensor round_() => Done(torch_round_(this));
        public Tensor trunc() => torch_trunc(this);
        public Tensor trunc_() => Done(torch_trunc_(this));
        public Tensor frac() => torch_frac(this);
        public Tensor frac_() => Done(torch_frac_(this));
        public Tensor sign() => torch_sign(this);
        public Tensor sign_() => Done(torch_sign_(this));
        public Tensor sin() => torch_sin(this);
        public Tensor sin_() => Done(torch_sin_(this));
        public Tensor cos() => torch_cos(this);
        public Tensor cos_() => Done(torch_cos_(this));
        public Tensor tan() => torch_tan(this);
        public Tensor tan_() => Done(torch_tan_(this));
        public Tensor tanh() => torch_tanh(this);
        public Tensor tanh_() => Done(torch_tanh_(this));
        public Tensor atan() => torch_atan(this);
        public Tensor atan_() => Done(torch_atan_(this));
        public Tensor erf() => torch_erf(this);
        public Tensor erf_() => Done(torch_erf_(this));
        public Tensor sigmoid() => torch_sigmoid(this);
        public Tensor sigmoid_() => Done(torch_sigmoid_(this));
        public Tensor logical_not() => torch_logical_not(this);
        public Tensor logical_not_() => Done(torch_logical_not_(this));
        public Tensor bitwise_not() => torch_bitwise_not(this);
        public Tensor bitwise_not_() => Done(torch_bitwise_not_(this));
        public Tensor negative() => torch_neg(this);
        public Tensor relu() => torch_relu(this);
        public Tensor relu_() => Done(torch_relu_(this));
        public Tensor silu() => torch_silu(this);
        public Tensor silu_() => Done(torch_silu_(this));
        public Tensor isnan() => torch_isnan(this);
        public Tensor isfinite() => torch_isfinite(this);
        public Tensor isinf() => torch_isinf(this);
        public Tensor nan_to_num() => torch_nan_to_num(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => torch_clamp(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => torch_clamp_tensor(this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Done(torch_clamp_(this, min, max));
        public Tensor clamp_max(Scalar max) => torch_clamp(this, Number.None, max);
        public Tensor clamp_min(Scalar min) => torch_clamp(this, min, Number.None);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor softmax(long dim, ScalarType? dtype = null) => torch_softmax(this, dim, Dtype(dtype));
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => torch_log_softmax(this, dim, Dtype(dtype));

        private static int Dtype(ScalarType? type) => type is { } t ? (int)t : -1;
    }
}
