using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.StandIns.Tests.Torch;

/// <summary>Who frees a tensor, and when.</summary>
[Collection("torch")]
public sealed class TorchScopeTests
{
    [Fact]
    public void Scope_disposes_what_was_made_in_it()
    {
        var before = LiveTensors.Count();
        Tensor inner, kept, free;
        using (var outer = NewDisposeScope())
        {
            using (var scope = NewDisposeScope())
            {
                inner = ones(2) + 1;
                kept = inner.clone().MoveToOuterDisposeScope();
                free = inner.clone().DetachFromDisposeScope();
                Assert.Equal(2, scope.DisposablesCount); // `ones` and the sum
            }
            Assert.True(inner.IsInvalid);
            Assert.False(kept.IsInvalid);
            Assert.True(outer.Contains(kept));
            Assert.Same(outer, CurrentDisposeScope);
        }
        Assert.Null(CurrentDisposeScope);
        Assert.True(kept.IsInvalid);
        Assert.False(free.IsInvalid);
        free.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Tensor_moved_out_of_the_outermost_scope_lives_on()
    {
        Tensor moved;
        using (NewDisposeScope()) moved = ones(1).MoveToOuterDisposeScope();
        Assert.Equal(1, moved.item<float>());
        moved.Dispose();
    }

    [Fact]
    public void Attach_takes_a_tensor_in_and_disposing_by_hand_takes_it_out()
    {
        var loose = ones(1);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(loose);
            var early = ones(1);
            early.Dispose();
            Assert.Equal([loose], scope.DisposablesView);
        }
        Assert.True(loose.IsInvalid);
    }

    [Fact]
    public void DisposeEverythingBut_keeps_the_named_ones_in_the_scope()
    {
        Tensor keep;
        using (var scope = NewDisposeScope())
        {
            keep = ones(1);
            var drop = ones(1);
            scope.DisposeEverythingBut(keep);
            Assert.True(drop.IsInvalid);
            Assert.False(keep.IsInvalid);
        }
        Assert.True(keep.IsInvalid);
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        (DisposeScope? Scope, Tensor? Tensor) elsewhere = default;
        // A task could run on this very thread while this method waits for it.
        var thread = new Thread(() => elsewhere = (CurrentDisposeScope, ones(1)));
        thread.Start();
        thread.Join();
        Assert.Null(elsewhere.Scope);
        Assert.False(scope.Contains(elsewhere.Tensor!));
        elsewhere.Tensor!.Dispose();
    }

    [Fact]
    public void MoveToOther_hands_over_between_scopes()
    {
        using var first = NewDisposeScope();
        using var second = NewDisposeScope();
        var t = ones(1);
        second.MoveToOther(first, t);
        Assert.True(first.Contains(t));
        Assert.False(second.Contains(t));
        second.DisposeEverything();
        Assert.False(t.IsInvalid);
    }

    [Fact]
    public void Finalisers_free_what_nobody_disposed()
    {
        var before = LiveTensors.Count();
        Leak();
        Assert.Equal(before + 100, Tensor.TotalCount);
        Assert.Equal(before, LiveTensors.Count());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Leak()
        {
            for (var i = 0; i < 100; i++) _ = ones(1);
        }
    }
}
