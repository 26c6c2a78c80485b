using static TorchSharp.Interop.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss is reduced over the batch.</summary>
        public enum Reduction { None = 0, Mean = 1, Sum = 2 }

        public static partial class functional
        {
            private static long[] Pair(long[]? value, long fallback) => value is null ? [fallback, fallback] : value.Length == 1 ? [value[0], value[0]] : value;

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                torch_conv2d(input, weight, bias, Pair(strides, 1), 2, Pair(padding, 0), 2, Pair(dilation, 1), 2, groups);
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => torch_linear(input, weights, bias);
            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                torch_batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps);
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                torch_layer_norm(input, normalized_shape, normalized_shape.Length, weight, bias, eps);
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? InPlace(input, torch_dropout_(input, p, training)) : torch_dropout(input, p, training);
            public static Tensor normalize(Tensor input, float p = 2, long dim = 1, float eps = 1e-12f) => torch_normalize(input, p, dim, eps);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? InPlace(x, torch_relu_(x)) : torch_relu(x);
            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? InPlace(x, torch_relu6_(x)) : torch_relu6(x);
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? InPlace(x, torch_silu_(x)) : torch_silu(x);
            public static Tensor hardsigmoid(Tensor x, bool inplace = false) => inplace ? InPlace(x, torch_hardsigmoid_(x)) : torch_hardsigmoid(x);
            public static Tensor hardswish(Tensor x, bool inplace = false) => inplace ? InPlace(x, torch_hardswish_(x)) : torch_hardswish(x);
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();
            public static Tensor gelu(Tensor x) => torch_gelu(x);
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
            public static Tensor one_hot(Tensor x, long num_classes = -1) => torch_one_hot(x, num_classes);

            private static Tensor InPlace(Tensor x, int status)
            {
                Check(status);
                return x.alias();
            }

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => torch_adaptive_avg_pool2d(input, Pair(output_size, 1), 2);
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) => torch_adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2], 2);
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => torch_adaptive_avg_pool2d(input, [output_size, output_size], 2);
            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                torch_avg_pool2d(input, Pair(kernel_size, 1), 2, Pair(stride ?? kernel_size, 1), 2, Pair(padding, 0), 2, ceil_mode, count_include_pad, divisor_override ?? 0);
            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(input, [kernel_size], [stride ?? kernel_size], [padding], ceil_mode, count_include_pad, divisor_override);
            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                torch_max_pool2d(input, Pair(kernel_size, 1), 2, Pair(stride ?? kernel_size, 1), 2, Pair(padding, 0), 2, Pair(dilation, 1), 2, ceil_mode);
            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, long dilation = 1, bool ceil_mode = false) =>
                max_pool2d(input, [kernel_size], [stride ?? kernel_size], [padding], [dilation], ceil_mode);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => Pad(input, pad, mode, value);
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => Pad(input, pad, mode, value);
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => Pad(input, [pad.Item1, pad.Item2], mode, value);
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Pad(input, Enumerable.Repeat(pad, (int)input.ndim * 2).ToArray(), mode, value);

            private static Tensor Pad(Tensor input, ReadOnlySpan<long> sizes, PaddingModes mode, double value) =>
                torch_pad(input, sizes, sizes.Length, mode is PaddingModes.Constant or PaddingModes.Zeros ? 0 : (int)mode, mode == PaddingModes.Zeros ? 0 : value);

            /// <summary>[N,C,H,W] to another height and width.</summary>
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                if (size is null == scale_factor is null) throw new ArgumentException("interpolate takes either size or scale_factor.");
                if (size is not null) return torch_interpolate(x, Pair(size, 1), 2, (int)mode, align_corners ?? false, antialias, 0, 0);
                double[] scale = scale_factor!.Length == 1 ? [scale_factor[0], scale_factor[0]] : scale_factor;
                long[] target = [(long)Math.Floor(x.size(2) * scale[0]), (long)Math.Floor(x.size(3) * scale[1])];
                return torch_interpolate(x, target, 2, (int)mode, align_corners ?? false, antialias,
                    recompute_scale_factor ? 0 : scale[0], recompute_scale_factor ? 0 : scale[1]);
            }

            /// <summary>theta [N,2,3] to a grid [N,H,W,2] for an output of the given size [N,C,H,W].</summary>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false)
            {
                ArgumentNullException.ThrowIfNull(size);
                return torch_affine_grid(theta, size, size.Length, align_corners);
            }

            /// <summary>Samples [N,C,H,W] at grid [N,H',W',2] of x, y in -1..1.</summary>
            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) =>
                torch_grid_sample(input, grid, mode == GridSampleMode.Nearest ? 1 : 0,
                    padding_mode switch { GridSamplePaddingMode.Border => 1, GridSamplePaddingMode.Reflection => 2, _ => 0 }, align_corners ?? false);

            /// <summary>Logits [N,C,...] against class numbers [N,...] (int64) or class probabilities [N,C,...].</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                torch_cross_entropy(input, target, weight, ignore_index, (int)reduction, label_smoothing);
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean) =>
                torch_nll_loss(input, target, weight, ignore_index, (int)reduction);
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => torch_mse_loss(input, target, (int)reduction);
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => torch_l1_loss(input, target, (int)reduction);
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0) =>
                torch_smooth_l1_loss(input, target, (int)reduction, beta);
            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                torch_bce_with_logits(input, target, weight, pos_weights, (int)reduction);
            public static Tensor kl_div(Tensor x, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) => torch_kl_div(x, target, (int)reduction, log_target);
        }
    }
}
