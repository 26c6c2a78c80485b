using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns. Takes over the tensor it is made from.</summary>
public class Parameter : Tensor
{
    public Parameter(Tensor data, bool requires_grad = true) : base(Owned(data, requires_grad, out var scope))
    {
        // It lives in the scope of the tensor it replaces, not in the innermost one.
        if (OwningDisposeScope != scope) MoveToOtherDisposeScope(scope);
    }

    private static nint Owned(Tensor data, bool requires_grad, out DisposeScope? scope)
    {
        scope = data.OwningDisposeScope;
        data.with_requires_grad(requires_grad);
        scope?.MarkAsDisposed(data);
        return data.MoveHandle();
    }
}
