using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Owns the tensors made on this thread while it is the innermost scope, and disposes those still in it at its end.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager manager;
    private HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);

    public DisposeScope(DisposeScopeManager disposeScopeManager)
    {
        manager = disposeScopeManager ?? throw new ArgumentNullException(nameof(disposeScopeManager));
        OuterScope = manager.Current;
    }

    internal DisposeScope? OuterScope { get; }

    /// <summary>A copy of what the scope holds now.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. owned];
    public int DisposablesCount => owned.Count;
    public bool Contains(IDisposable disposable) => owned.Contains(disposable);

    internal void Add(torch.Tensor tensor) => owned.Add(tensor);

    public T Include<T>(T disposable) where T : IDisposable
    {
        AddTo(this, disposable);
        return disposable;
    }

    public T Attach<T>(T disposable) where T : IDisposable
    {
        Attach([disposable]);
        return disposable;
    }
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);
    public void Attach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            // A tensor belongs to one scope at most.
            if (disposable is torch.Tensor { OwningDisposeScope: { } other } && other != this) other.owned.Remove(disposable);
            AddTo(this, disposable);
        }
    }

    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        MoveToOther(OuterScope, [disposable]);
        return disposable;
    }
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOther(OuterScope, [first, second]);
        return (first, second);
    }
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOther(OuterScope, [first, second, third]);
        return (first, second, third);
    }
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        MoveToOther(scope, [disposable]);
        return disposable;
    }
    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <summary>Hands the given disposables to another scope; with none, nothing disposes them any more.</summary>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
            if (owned.Remove(disposable)) AddTo(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        MoveToOther(null, [disposable]);
        return disposable;
    }
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOther(null, [first, second]);
        return (first, second);
    }
    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);
    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    public void DisposeEverything() => DisposeEverythingBut([]);
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var old = owned;
        owned = new HashSet<IDisposable>(inKeep.Where(old.Contains), ReferenceEqualityComparer.Instance);
        foreach (var disposable in old)
        {
            if (owned.Contains(disposable)) continue;
            if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = null; // it need not call back
            disposable.Dispose();
        }
    }

    /// <summary>Called by what is disposed by hand while in the scope.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        owned.Remove(disposable);
        if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = null;
    }

    public void Dispose()
    {
        DisposeEverything();
        manager.Remove(this);
    }

    private static void AddTo(DisposeScope? scope, IDisposable disposable)
    {
        scope?.owned.Add(disposable);
        if (disposable is torch.Tensor tensor) tensor.OwningDisposeScope = scope;
    }
}

/// <summary>The dispose scopes of one thread, innermost last.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadInstance;
    private readonly List<DisposeScope> scopes = [];

    internal static DisposeScopeManager ThreadSingleton => threadInstance ??= new DisposeScopeManager();
    internal DisposeScope? Current => scopes.Count == 0 ? null : scopes[^1];

    internal static DisposeScope NewDisposeScope()
    {
        var manager = ThreadSingleton;
        var scope = new DisposeScope(manager);
        manager.scopes.Add(scope);
        return scope;
    }

    internal void Remove(DisposeScope scope) => scopes.Remove(scope);
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.NewDisposeScope();
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.Current;

    /// <summary>Runs an expression in a scope of its own and moves its result to the outer one.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
