using System.Runtime.InteropServices.Marshalling;
using TorchSharp.Interop;
using static TorchSharp.Interop.Native;

namespace TorchSharp;

[CustomMarshaller(typeof(torch.Generator), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
internal static class GeneratorMarshaller
{
    public ref struct In
    {
        private torch.Generator? generator;
        public void FromManaged(torch.Generator? value) => generator = value;
        public readonly nint ToUnmanaged() => generator is null ? 0 : generator.Handle;
        public readonly void OnInvoked() => GC.KeepAlive(generator);
        public readonly void Free() { }
    }
}

public static partial class torch
{
    /// <summary>A stream of random numbers.</summary>
    [NativeMarshalling(typeof(GeneratorMarshaller))]
    public class Generator : IDisposable
    {
        private nint handle;
        internal nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            handle = Checked(torch_generator_new((long)seed, (int)this.device.type, this.device.index));
            manual_seed((long)seed);
        }
        private Generator(nint handle)
        {
            device = CPU;
            this.handle = handle;
        }
        internal static Generator Default() => new(Checked(torch_generator_default()));

        public Device device { get; }
        public Generator manual_seed(long seed)
        {
            Check(torch_generator_set_seed(this, seed));
            return this;
        }
        public long initial_seed() => Checked(torch_generator_seed(this));
        public Tensor get_state() => torch_generator_get_state(this);
        public void set_state(Tensor value) => Check(torch_generator_set_state(this, value));

        ~Generator() => Free();
        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }
        private void Free()
        {
            var h = Interlocked.Exchange(ref handle, 0);
            if (h != 0) torch_generator_free(h);
        }
    }

    public static Generator manual_seed(long seed)
    {
        Check(torch_manual_seed(seed));
        return Generator.Default();
    }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default();
            return generator.get_state();
        }
        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default();
            generator.set_state(new_state);
        }
    }
    public static Tensor get_rng_state() => random.get_rng_state();
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public partial class Tensor
    {
        public Tensor uniform_(double from, double to, Generator? generator = null) => Done(torch_uniform_(this, from, to, generator));
        public Tensor normal_(double mean = 0.0, double stddev = 1.0, Generator? generator = null) => Done(torch_normal_(this, mean, stddev, generator));
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Done(torch_bernoulli_(this, p, generator));
        public Tensor random_(long from, long to, Generator? generator = null) => Done(torch_random_(this, from, to, generator));
        public Tensor exponential_(double lambda = 1.0, Generator? generator = null) => Done(torch_exponential_(this, lambda, generator));
        public Tensor bernoulli(Generator? generator = null) => torch_bernoulli(this, generator);
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => torch_multinomial(this, num_samples, replacement, generator);
    }

    /// <summary>Version of libtorch, e.g. <c>2.10.0</c>.</summary>
    public static string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8(torch_version())!;

    public static void set_num_threads(int num) => Check(torch_set_num_threads(num));
    public static int get_num_threads() => torch_get_num_threads();
    public static void set_num_interop_threads(int num) => Check(torch_set_num_interop_threads(num));
    public static int get_num_interop_threads() => torch_get_num_interop_threads();

    public static class cuda
    {
        public static bool is_available() => torch_cuda_is_available();
        public static bool is_cudnn_available() => torch_cudnn_is_available();
        public static int device_count() => torch_cuda_device_count();
        public static Generator manual_seed(long seed)
        {
            Check(torch_cuda_manual_seed(seed));
            return torch.manual_seed(seed);
        }
        public static Generator manual_seed_all(long seed) => manual_seed(seed);
        public static void synchronize(Device? device = null) => Check(torch_cuda_synchronize());
    }

    private sealed class Guard(Action leave) : IDisposable
    {
        private Action? leave = leave;
        public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
    }

    private static Guard GradMode(bool on)
    {
        var before = torch_grad_enabled();
        torch_set_grad_enabled(on);
        return new Guard(() => torch_set_grad_enabled(before));
    }

    /// <summary>Switches gradient recording off on this thread until disposed.</summary>
    public static IDisposable no_grad() => GradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => GradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => GradMode(mode);
    public static bool is_grad_enabled() => torch_grad_enabled();
    public static bool is_inference_mode_enabled() => torch_inference_enabled();
    /// <summary>Like no_grad, and the tensors made carry no autograd data at all.</summary>
    public static IDisposable inference_mode(bool mode = true)
    {
        var guard = torch_inference_enter(mode);
        return new Guard(() => torch_inference_leave(guard));
    }

    public static class autograd
    {
        /// <summary>Gradients of the outputs with respect to the inputs; nothing is gathered in `grad`.</summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            IList<Tensor> grads = grad_outputs ?? [];
            var result = Take(torch_autograd_grad(Handles(outputs), outputs.Count, Handles(inputs), inputs.Count, Handles(grads), grads.Count,
                retain_graph || create_graph, create_graph, allow_unused));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grads);
            return result;
        }
    }
}
