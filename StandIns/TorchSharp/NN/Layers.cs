using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), (dilation, dilation), padding_mode, groups, bias, device, dtype);
            public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1), padding_mode, groups, bias, device, dtype);
            public static BatchNorm2d BatchNorm2d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true,
                bool track_running_stats = true, Device? device = null, ScalarType? dtype = null) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);
            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);
            public static ReLU ReLU(bool inplace = false) => new(inplace);
            public static ReLU6 ReLU6(bool inplace = false) => new(inplace);
            public static SiLU SiLU(bool inplace = false) => new(inplace);
            public static Sigmoid Sigmoid() => new();
            public static Identity Identity() => new();
            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) output_size) => new([output_size.Item1, output_size.Item2]);
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long[] output_size) => new(output_size);
            public static MaxPool2d MaxPool2d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                new(kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);
            public static Sequential Sequential(params nn.Module<Tensor, Tensor>[] modules) => new(modules);
            public static Sequential Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) => new(modules);
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }

    namespace Modules
    {
        /// <summary>weight: [out, in/groups, kH, kW].</summary>
        public sealed class Conv2d : Module<Tensor, Tensor>
        {
            private readonly long[] strides, paddings, dilations, border;
            private Parameter weightParameter;
            private Parameter? biasParameter;

            internal Conv2d(long inChannels, long outChannels, (long, long) kernel, (long, long) stride, (long, long) padding, (long, long) dilation,
                PaddingModes mode, long groups, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Conv2d))
            {
                in_channels = inChannels;
                out_channels = outChannels;
                this.groups = groups;
                padding_mode = mode;
                kernel_size = [kernel.Item1, kernel.Item2];
                strides = [stride.Item1, stride.Item2];
                paddings = [padding.Item1, padding.Item2];
                dilations = [dilation.Item1, dilation.Item2];
                border = [padding.Item2, padding.Item2, padding.Item1, padding.Item1];
                if (inChannels % groups != 0 || outChannels % groups != 0) throw new ArgumentException("in_channels and out_channels must be divisible by groups");
                weightParameter = init.Weight([outChannels, inChannels / groups, kernel.Item1, kernel.Item2], device, dtype);
                register_parameter(nameof(weight), weightParameter);
                if (!hasBias) return;
                biasParameter = init.Bias(outChannels, inChannels / groups * kernel.Item1 * kernel.Item2, device, dtype);
                register_parameter(nameof(bias), biasParameter);
            }

            public long in_channels { get; }
            public long out_channels { get; }
            public long[] kernel_size { get; }
            public long[] stride => strides;
            public long[] padding => paddings;
            public long[] dilation => dilations;
            public long groups { get; }
            public PaddingModes padding_mode { get; }
            public Parameter weight
            {
                get => weightParameter;
                set => ConditionallyRegisterParameter(nameof(weight), weightParameter = value);
            }
            public Parameter? bias
            {
                get => biasParameter;
                set => ConditionallyRegisterParameter(nameof(bias), biasParameter = value);
            }

            protected override void RegisterComponents() { }

            public override Tensor forward(Tensor input)
            {
                if (padding_mode == PaddingModes.Zeros) return functional.conv2d(input, weightParameter, biasParameter, strides, paddings, dilations, groups);
                using var padded = functional.pad(input, border, padding_mode);
                return functional.conv2d(padded, weightParameter, biasParameter, strides, null, dilations, groups);
            }
        }

        public sealed class BatchNorm2d : Module<Tensor, Tensor>
        {
            internal BatchNorm2d(long features, double eps, double momentum, bool affine, bool track, Device? device, ScalarType? dtype) : base(nameof(BatchNorm2d))
            {
                num_features = features;
                this.eps = eps;
                this.momentum = momentum;
                if (affine)
                {
                    weight = new Parameter(ones(features, dtype, device).DetachFromDisposeScope());
                    bias = new Parameter(zeros(features, dtype, device).DetachFromDisposeScope());
                    register_parameter(nameof(weight), weight);
                    register_parameter(nameof(bias), bias);
                }
                if (!track) return;
                running_mean = zeros(features, dtype, device).DetachFromDisposeScope();
                running_var = ones(features, dtype, device).DetachFromDisposeScope();
                num_batches_tracked = zeros([], ScalarType.Int64, device).DetachFromDisposeScope();
                register_buffer(nameof(running_mean), running_mean);
                register_buffer(nameof(running_var), running_var);
                register_buffer(nameof(num_batches_tracked), num_batches_tracked);
            }

            public long num_features { get; }
            public double eps { get; set; }
            public double? momentum { get; set; }
            public Parameter? weight { get; }
            public Parameter? bias { get; }
            public Tensor? running_mean { get; }
            public Tensor? running_var { get; }
            public Tensor? num_batches_tracked { get; }

            protected override void RegisterComponents() { }

            public override Tensor forward(Tensor input)
            {
                if (training && num_batches_tracked is not null) num_batches_tracked.add_(1);
                var factor = momentum ?? (training && num_batches_tracked is not null ? 1.0 / num_batches_tracked.ToDouble() : 0.0);
                return functional.batch_norm(input, running_mean, running_var, weight, bias, training || running_mean is null, factor, eps);
            }
        }

        /// <summary>weight: [out, in].</summary>
        public sealed class Linear : Module<Tensor, Tensor>
        {
            private Parameter weightParameter;
            private Parameter? biasParameter;

            internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
            {
                in_features = inputSize;
                out_features = outputSize;
                weightParameter = init.Weight([outputSize, inputSize], device, dtype);
                register_parameter(nameof(weight), weightParameter);
                if (!hasBias) return;
                biasParameter = init.Bias(outputSize, inputSize, device, dtype);
                register_parameter(nameof(bias), biasParameter);
            }

            public long in_features { get; }
            public long out_features { get; }
            public Parameter weight
            {
                get => weightParameter;
                set => ConditionallyRegisterParameter(nameof(weight), weightParameter = value);
            }
            public Parameter? bias
            {
                get => biasParameter;
                set => ConditionallyRegisterParameter(nameof(bias), biasParameter = value);
            }

            protected override void RegisterComponents() { }
            public override Tensor forward(Tensor tensor) => functional.linear(tensor, weightParameter, biasParameter);
        }

        public sealed class Dropout : Module<Tensor, Tensor>
        {
            internal Dropout(double p, bool inplace) : base(nameof(Dropout)) => (this.p, this.inplace) = (p, inplace);
            public double p { get; set; }
            public bool inplace { get; set; }
            public override Tensor forward(Tensor input) => functional.dropout(input, p, training, inplace);
        }

        public sealed class ReLU : Module<Tensor, Tensor>
        {
            internal ReLU(bool inplace) : base(nameof(ReLU)) => this.inplace = inplace;
            public bool inplace { get; set; }
            public override Tensor forward(Tensor tensor) => functional.relu(tensor, inplace);
        }

        public sealed class ReLU6 : Module<Tensor, Tensor>
        {
            internal ReLU6(bool inplace) : base(nameof(ReLU6)) => this.inplace = inplace;
            public bool inplace { get; set; }
            public override Tensor forward(Tensor tensor) => functional.relu6(tensor, inplace);
        }

        public sealed class SiLU : Module<Tensor, Tensor>
        {
            internal SiLU(bool inplace) : base(nameof(SiLU)) => this.inplace = inplace;
            public bool inplace { get; set; }
            public override Tensor forward(Tensor tensor) => functional.silu(tensor, inplace);
        }

        public sealed class Sigmoid : Module<Tensor, Tensor>
        {
            internal Sigmoid() : base(nameof(Sigmoid)) { }
            public override Tensor forward(Tensor tensor) => tensor.sigmoid();
        }

        public sealed class Identity : Module<Tensor, Tensor>
        {
            internal Identity() : base(nameof(Identity)) { }
            public override Tensor forward(Tensor tensor) => tensor.alias();
        }

        public sealed class Flatten : Module<Tensor, Tensor>
        {
            internal Flatten(long start, long end) : base(nameof(Flatten)) => (start_dim, end_dim) = (start, end);
            public long start_dim { get; set; }
            public long end_dim { get; set; }
            public override Tensor forward(Tensor input) => input.flatten(start_dim, end_dim);
        }

        public sealed class AdaptiveAvgPool2d : Module<Tensor, Tensor>
        {
            internal AdaptiveAvgPool2d(long[] size) : base(nameof(AdaptiveAvgPool2d)) => output_size = size;
            public long[] output_size { get; set; }
            public override Tensor forward(Tensor input) => functional.adaptive_avg_pool2d(input, output_size);
        }

        public sealed class MaxPool2d : Module<Tensor, Tensor>
        {
            internal MaxPool2d(long kernel, long stride, long padding, long dilation, bool ceil) : base(nameof(MaxPool2d)) =>
                (kernel_size, this.stride, this.padding, this.dilation, ceil_mode) = ([kernel], [stride], [padding], [dilation], ceil);
            public long[] kernel_size { get; set; }
            public long[] stride { get; set; }
            public long[] padding { get; set; }
            public long[] dilation { get; set; }
            public bool ceil_mode { get; set; }
            public override Tensor forward(Tensor input) => functional.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
        }
    }
}
