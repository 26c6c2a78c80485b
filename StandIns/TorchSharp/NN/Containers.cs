using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules one after the other. What one passes to the next is disposed unless a module returns its own input.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.Module<Tensor, Tensor>> steps = [];

    public Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(nameof(Sequential))
    {
        foreach (var module in modules) append(module);
    }

    public Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules) append(name, module);
    }

    public Sequential append(string name, nn.Module<Tensor, Tensor> module)
    {
        register_module(name, module);
        steps.Add(module);
        return this;
    }
    public Sequential append(nn.Module<Tensor, Tensor> module) => append(steps.Count.ToString(CultureInfo.InvariantCulture), module);

    public int Count => steps.Count;
    public nn.Module<Tensor, Tensor> this[int index] => steps[index];

    protected override void RegisterComponents() { }

    public override Tensor forward(Tensor tensor)
    {
        if (steps.Count == 0) return tensor.alias();
        var current = tensor;
        foreach (var step in steps)
        {
            var next = step.call(current);
            if (!ReferenceEquals(current, tensor) && !ReferenceEquals(current, next)) current.Dispose();
            current = next;
        }
        return ReferenceEquals(current, tensor) ? tensor.alias() : current;
    }
}

/// <summary>A list of modules, named by their position.</summary>
public class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
{
    private readonly List<T> list = [];

    public ModuleList(params T[] modules) : base(nameof(ModuleList<T>)) => extend(modules);

    public ModuleList<T> append(T module)
    {
        register_module(list.Count.ToString(CultureInfo.InvariantCulture), module);
        list.Add(module);
        return this;
    }
    public void Add(T item) => append(item);
    public ModuleList<T> extend(IEnumerable<T> modules)
    {
        foreach (var module in modules) append(module);
        return this;
    }

    public int Count => list.Count;
    public T this[int index] => list[index];
    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    protected override void RegisterComponents() { }
}
