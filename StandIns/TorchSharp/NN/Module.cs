using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Base of all neural network modules: named parameters, buffers and submodules.</summary>
        public class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Parameter> parameterTable = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> bufferTable = [];
            private readonly OrderedDictionary<string, Module> moduleTable = [];
            private readonly string name;
            private bool componentsRegistered;

            protected Module(string name) => this.name = name;

            public virtual string GetName() => name;
            public virtual bool training { get; private set; } = true;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in children()) child.train(train);
            }
            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in children()) child.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none) { parameter.grad = null; continue; }
                    using var g = parameter.grad;
                    g?.zero_();
                }
            }

            public virtual Module requires_grad_(bool requires_grad = true)
            {
                foreach (var parameter in parameters()) parameter.requires_grad = requires_grad;
                return this;
            }

            // Enumeration. A tensor registered twice is listed once.

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                Named<Parameter>(recurse, m => m.parameterTable.Select(p => (p.Key, p.Value)), "", new(ReferenceEqualityComparer.Instance));
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
                Named<Tensor>(recurse, m => m.bufferTable.Where(b => include_nonpersistent || b.Value.Persistent).Select(b => (b.Key, b.Value.Tensor)), "",
                    new(ReferenceEqualityComparer.Instance));

            private IEnumerable<(string name, T item)> Named<T>(bool recurse, Func<Module, IEnumerable<(string, T)>> own, string prefix, HashSet<object> seen) where T : class
            {
                foreach (var (key, item) in own(this))
                    if (seen.Add(item)) yield return (prefix + key, item);
                if (!recurse) yield break;
                foreach (var (key, module) in moduleTable)
                    foreach (var entry in module.Named(true, own, $"{prefix}{key}.", seen)) yield return entry;
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);
            public virtual IEnumerable<(string name, Module module)> named_children() => moduleTable.Select(m => (m.Key, m.Value));
            public virtual IEnumerable<Module> children() => moduleTable.Values;
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (key, module) in moduleTable) yield return (key, module);
                foreach (var (key, module) in moduleTable)
                    foreach (var (inner, submodule) in module.named_modules()) yield return ($"{key}.{inner}", submodule);
            }
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;
            public virtual bool has_buffer(string target) => get_buffer(target) is not null;
            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;
            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            // State: parameters and persistent buffers by name.

            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (key, parameter) in named_parameters()) destination.TryAdd(start + key, parameter);
                foreach (var (key, buffer) in named_buffers(include_nonpersistent: false)) destination.TryAdd(start + key, buffer);
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                var destination = state_dict();
                List<string> unexpected = [.. source.Keys.Where(k => !skip.Contains(k) && !destination.ContainsKey(k))];
                List<string> missing = [.. destination.Keys.Where(k => !skip.Contains(k) && !source.ContainsKey(k))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using (no_grad())
                    foreach (var (key, value) in source)
                        if (!skip.Contains(key) && destination.TryGetValue(key, out var target)) target.copy_(value);
                return (missing, unexpected);
            }

            // Registration.

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid) throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (!bufferTable.TryAdd(name, (tensor, persistent))) throw new InvalidOperationException($"Tensor {name} is already registered.");
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid) throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (!parameterTable.TryAdd(name, param)) throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    moduleTable.Remove(name);
                    return;
                }
                if (name.Contains('.')) throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (string.IsNullOrEmpty(name)) throw new ArgumentException("module name can't be empty string \"\"");
                if (moduleTable.ContainsKey(name)) throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                moduleTable.Add(name, submodule);
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value)
            {
                if (value is null) parameterTable.Remove(name);
                else parameterTable[name] = value as Parameter ?? new Parameter(value);
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value)
            {
                if (value is null) bufferTable.Remove(name);
                else bufferTable[name] = (value, true);
            }

            /// <summary>Registers what the fields hold: modules, parameters, and other tensors as buffers.</summary>
            protected virtual void RegisterComponents()
            {
                if (componentsRegistered) return;
                componentsRegistered = true;
                foreach (var field in GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance))
                {
                    var key = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(key, module); break;
                        case Parameter parameter: ConditionallyRegisterParameter(key, parameter); break;
                        case Tensor tensor: ConditionallyRegisterBuffer(key, tensor); break;
                    }
                }
            }

            /// <summary>Moves and converts parameters and buffers in place; integral ones keep their type.</summary>
            protected internal virtual Module _to(Device? device, ScalarType? dtype, bool non_blocking)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                foreach (var (_, parameter) in named_parameters()) Convert(parameter);
                foreach (var (_, buffer) in named_buffers()) Convert(buffer);
                return this;

                void Convert(Tensor tensor)
                {
                    var type = dtype is { } d && (tensor.is_floating_point() || !is_floating_point(d)) ? d : tensor.dtype;
                    tensor.SetData(tensor.to(type, device ?? tensor.device, non_blocking: non_blocking));
                    if (tensor.grad is { } g) tensor.grad = g.to(type, device ?? tensor.device, non_blocking: non_blocking);
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var parameter in parameterTable.Values) parameter.Dispose();
                foreach (var (buffer, _) in bufferTable.Values) buffer.Dispose();
                foreach (var module in moduleTable.Values) module.Dispose();
            }

            /// <summary>Takes back what register_forward_hook and the like have registered.</summary>
            private protected static Func<bool> Adder<T>(List<T> hooks, T hook)
            {
                hooks.Add(hook);
                return () => hooks.Remove(hook);
            }
        }

        public interface IModule<T, TResult>
        {
            TResult call(T input);
        }

        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private protected readonly List<TPreHook> preHooks = [];
            private protected readonly List<TPostHook> postHooks = [];

            protected HookableModule(string name) : base(name) { }

            public HookRemover register_forward_hook(TPostHook hook) => new(Adder(postHooks, hook));
            public HookRemover register_forward_pre_hook(TPreHook hook) => new(Adder(preHooks, hook));

            public class HookRemover
            {
                private readonly Func<bool> take;
                internal HookRemover(Func<bool> take) => this.take = take;
                public void remove() => take();
            }
        }

        /// <summary>A module whose forward takes one argument.</summary>
        public abstract class Module<T, TResult>(string name) :
            HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>(name), IModule<T, TResult>
        {
            public abstract TResult forward(T input);

            /// <summary>forward, with the registered hooks; a hook that returns null changes nothing.</summary>
            public TResult call(T input)
            {
                foreach (var hook in preHooks) input = hook(this, input) ?? input;
                var result = forward(input);
                foreach (var hook in postHooks) result = hook(this, input, result) ?? result;
                return result;
            }
        }

        /// <summary>A module whose forward takes two arguments.</summary>
        public abstract class Module<T1, T2, TResult>(string name) :
            HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>(name)
        {
            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2)
            {
                foreach (var hook in preHooks)
                    if (hook(this, input1, input2) is { } changed) (input1, input2) = changed;
                var result = forward(input1, input2);
                foreach (var hook in postHooks) result = hook(this, input1, input2, result) ?? result;
                return result;
            }
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, ScalarType type, bool non_blocking = false) where T : nn.Module => (T)module._to(null, type, non_blocking);
    public static T to<T>(this T module, Device device, ScalarType type, bool non_blocking = false) where T : nn.Module => (T)module._to(device, type, non_blocking);
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : nn.Module =>
        (T)module._to(new Device(deviceType, deviceIndex), null, non_blocking);
    public static T to<T>(this T module, Device device, bool non_blocking = false) where T : nn.Module => (T)module._to(device, null, non_blocking);
    public static T to<T>(this T module, string device, bool non_blocking = false) where T : nn.Module => (T)module._to(new Device(device), null, non_blocking);
    public static T to<T>(this T module, Tensor other, bool non_blocking = false) where T : nn.Module => (T)module._to(other.device, other.dtype, non_blocking);
    public static T cpu<T>(this T module, bool non_blocking = false) where T : nn.Module => (T)module._to(CPU, null, non_blocking);
    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false) where T : nn.Module =>
        (T)module._to(new Device(DeviceType.CUDA, deviceIndex), null, non_blocking);
    public static T half<T>(this T module, bool non_blocking = false) where T : nn.Module => module.to(ScalarType.Float16, non_blocking);
    public static T @float<T>(this T module, bool non_blocking = false) where T : nn.Module => module.to(ScalarType.Float32, non_blocking);
    public static T @double<T>(this T module, bool non_blocking = false) where T : nn.Module => module.to(ScalarType.Float64, non_blocking);
    public static T bfloat16<T>(this T module, bool non_blocking = false) where T : nn.Module => module.to(ScalarType.BFloat16, non_blocking);
}
