using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Fills tensors in place with starting values.</summary>
        public static class init
        {
            public enum NonlinearityType { Linear = 0, Conv1D = 1, Conv2D = 2, Conv3D = 3, Sigmoid = 7, Tanh = 8, ReLU = 9, LeakyReLU = 10 }
            public enum FanInOut { FanIn = 0, FanOut = 1 }

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) => Quietly(() => tensor.uniform_(low, high, generator));
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) => Quietly(() => tensor.normal_(mean, std, generator));
            public static Tensor constant_(Tensor tensor, Scalar val) => Quietly(() => tensor.fill_(val));
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            /// <summary>He initialisation, He et al. 2015: standard deviation gain/sqrt(fan).</summary>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU, Generator? generator = null) =>
                normal_(tensor, 0, calculate_gain(nonlinearity, a) / Math.Sqrt(Fan(tensor, mode)), generator);
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU, Generator? generator = null)
            {
                var bound = Math.Sqrt(3) * calculate_gain(nonlinearity, a) / Math.Sqrt(Fan(tensor, mode));
                return uniform_(tensor, -bound, bound, generator);
            }
            /// <summary>Glorot and Bengio 2010.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0, Generator? generator = null)
            {
                var bound = gain * Math.Sqrt(6.0 / (Fan(tensor, FanInOut.FanIn) + Fan(tensor, FanInOut.FanOut)));
                return uniform_(tensor, -bound, bound, generator);
            }
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            private static double Fan(Tensor tensor, FanInOut mode)
            {
                var shape = tensor.shape;
                if (shape.Length < 2) throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
                return shape[mode == FanInOut.FanIn ? 1 : 0] * shape.Skip(2).TotalSize();
            }

            private static Tensor Quietly(Func<Tensor> fill)
            {
                using (no_grad()) return fill();
            }

            /// <summary>PyTorch's starting weights of Linear and ConvNd: uniform within 1/sqrt(fan in).</summary>
            internal static Parameter Weight(long[] shape, Device? device, ScalarType? dtype) =>
                new(kaiming_uniform_(empty(shape, dtype, device).DetachFromDisposeScope(), Math.Sqrt(5)));
            internal static Parameter Bias(long size, long fanIn, Device? device, ScalarType? dtype)
            {
                var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
                return new(uniform_(empty(size, dtype, device).DetachFromDisposeScope(), -bound, bound));
            }
        }

        public static class utils
        {
            /// <summary>Scales the gradients so that their joint norm is at most max_norm; returns the norm before that.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> parameters, double max_norm, double norm_type = 2.0)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                var grads = parameters.Select(p => p.grad).OfType<Tensor>().ToList();
                if (grads.Count == 0) return 0;
                var total = stack(grads.Select(g => g.norm((float)norm_type))).norm((float)norm_type).ToDouble();
                var scale = max_norm / (total + 1e-6);
                if (scale < 1) foreach (var g in grads) g.mul_(scale);
                return total;
            }
        }
    }
}
