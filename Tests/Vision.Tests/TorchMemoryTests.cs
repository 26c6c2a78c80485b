using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Linnaeus.Vision.Tests;

public sealed class TorchMemoryTests
{
    [Fact]
    public void Thousand_training_steps_leave_memory_flat()
    {
        using var network = Sequential(
            Conv2d(3, 8, 3, stride: 2, padding: 1), BatchNorm2d(8), SiLU(), Conv2d(8, 16, 3, stride: 2, padding: 1), BatchNorm2d(16), SiLU(),
            AdaptiveAvgPool2d(1), Flatten(), Dropout(0.2), Linear(16, 10));
        using var optimizer = optim.AdamW(network.parameters(), lr: 1e-3, weight_decay: 0.01);
        using var images = randn(8, 3, 32, 32);
        using var labels = randint(10, [8], ScalarType.Int64);

        Train(200);
        var (tensors, resident) = (LiveTensors.Count(), Resident());
        // What the runtime and other tests allocate comes and goes; a leak is in every thousand steps.
        const int rounds = 10;
        var grown = long.MaxValue;
        for (var round = 0; round < rounds && grown >= 100_000; round++)
        {
            var before = Allocated();
            Train(1000);
            grown = Math.Min(grown, Allocated() - before);
        }

        Assert.Equal(tensors, LiveTensors.Count());
        // The smallest tensor leaked in each step would be some 200 kB on the native heap; an activation, 65 MB.
        Assert.True(grown < 100_000, $"The native heap grew by {grown:N0} bytes over each 1,000 of {rounds},000 steps.");
        // The runtime goes on compiling for a while; anything it does stays well under this.
        grown = Resident() - resident;
        Assert.True(grown < 80_000_000, $"Resident memory grew by {grown:N0} bytes over the training.");

        void Train(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = functional.cross_entropy(network.call(images), labels, label_smoothing: 0.1);
                loss.backward();
                optimizer.step();
                Assert.True(float.IsFinite(loss.item<float>()));
            }
        }
    }

    [Fact]
    public void Large_tensors_take_turns_on_the_same_memory()
    {
        Turn();
        var before = Resident();
        for (var i = 0; i < 50; i++)
            Turn();
        var grown = Resident() - before;

        // 50 turns hand out 5.6 GB in all.
        Assert.True(grown < 150_000_000, $"Resident memory grew by {grown:N0} bytes.");

        static void Turn()
        {
            using var scope = NewDisposeScope();
            foreach (var rows in (ReadOnlySpan<long>)[1000, 1100, 7000, 3])
                Assert.Equal(rows * 3000, ones(rows, 3000).sum().item<float>(), 64f);
        }
    }

    [Fact]
    public void Free_memory_is_returned_to_the_system_on_request()
    {
        if (!TorchMemory.IsKept)
            Assert.Skip("This system's C library is not glibc.");
        const int blocks = 100;
        Use(); // what libtorch loads on its first use stays
        TorchMemory.Release();
        var before = Resident();
        Use();
        TorchMemory.Release();
        var after = Resident();

        // 100 blocks of 4 MB.
        Assert.True(after - before < 100_000_000, $"{after - before:N0} bytes are still resident.");

        static void Use()
        {
            using var scope = NewDisposeScope();
            Assert.Equal(blocks, Enumerable.Range(0, blocks).Select(_ => ones(1000, 1000)).ToList().Count);
        }
    }

    [Fact]
    public void A_request_beyond_all_memory_is_an_error_and_the_next_operation_works()
    {
        var error = Assert.Throws<ExternalException>(() => empty([1L << 46]));

        Assert.Contains("can't allocate memory", error.Message, StringComparison.Ordinal);
        using var two = ones(2);
        using var sum = two.sum();
        Assert.Equal(2, sum.item<float>());
    }

    /// <summary>Bytes in use on the C heap, where libtorch keeps its tensors.</summary>
    private static long Allocated()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = mallinfo2();
        return (long)(info.Used + info.Mapped);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>glibc's <c>struct mallinfo2</c>: ten counts, of which these are <c>hblkhd</c> and <c>uordblks</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct HeapInfo
    {
        [FieldOffset(32)]
        public nuint Mapped;

        [FieldOffset(56)]
        public nuint Used;
    }

    [DllImport("libc.so.6")]
    private static extern HeapInfo mallinfo2();
}
