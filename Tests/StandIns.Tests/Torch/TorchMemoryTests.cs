using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Linnaeus.StandIns.Tests.Torch;

[Collection("torch")]
public sealed class TorchMemoryTests
{
    [Fact]
    public void Thousand_training_steps_leave_memory_flat()
    {
        set_num_threads(1);
        using var network = Sequential(Conv2d(3, 8, 3, stride: 2, padding: 1), BatchNorm2d(8), SiLU(inplace: true),
            Conv2d(8, 16, 3, stride: 2, padding: 1), BatchNorm2d(16), SiLU(inplace: true), AdaptiveAvgPool2d(1), Flatten(), Dropout(0.2), Linear(16, 10));
        using var optimizer = optim.AdamW(network.parameters(), lr: 1e-3, weight_decay: 0.01);
        using var images = randn(8, 3, 32, 32);
        using var labels = randint(10, [8], ScalarType.Int64);

        Train(200);
        var (tensors, resident) = (LiveTensors.Count(), Resident());
        // What the runtime and other tests allocate comes and goes, for longer on a busy machine; a leak is in every thousand steps.
        const int rounds = 10;
        var grown = long.MaxValue;
        for (var round = 0; round < rounds && grown >= 100_000; round++)
        {
            var before = Allocated();
            Train(1000);
            grown = Math.Min(grown, Allocated() - before);
        }
        Assert.Equal(tensors, Tensor.TotalCount);
        // The smallest tensor leaked in each step would be some 200 kB on the native heap; an activation, 65 MB.
        Assert.True(grown < 100_000, $"the native heap grew by {grown:N0} bytes over each 1,000 of {rounds},000 steps");
        // The runtime goes on compiling for a while; anything it does stays well under this.
        grown = Resident() - resident;
        Assert.True(grown < 20_000_000, $"resident memory grew by {grown:N0} bytes over the training");

        void Train(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = functional.cross_entropy(network.call(images), labels, label_smoothing: 0.1);
                loss.backward();
                utils.clip_grad_norm_(network.parameters(), 5);
                optimizer.step();
                Assert.True(double.IsFinite(loss.ToDouble()));
            }
        }
    }

    [Fact]
    public void Large_tensors_take_turns_on_the_same_memory()
    {
        Turn();
        var before = Resident();
        for (var i = 0; i < 50; i++) Turn();
        var grown = Resident() - before;
        // 50 turns hand out 4 GB in all.
        Assert.True(grown < 100_000_000, $"resident memory grew by {grown:N0} bytes");

        static void Turn()
        {
            using var scope = NewDisposeScope();
            foreach (var rows in (long[])[1000, 1100, 5000, 3]) Assert.Equal(rows * 3000, ones(rows, 3000).sum().item<float>());
        }
    }

    [Fact]
    public void A_request_beyond_all_memory_is_an_error()
    {
        var error = Assert.Throws<ExternalException>(() => empty([1L << 46]));
        Assert.Contains("out of memory", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Bytes in use on the C heap, where libtorch keeps its tensors.</summary>
    private static long Allocated()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = mallinfo2();
        return (long)(info.uordblks + info.hblkhd);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    // glibc's own field names, in its order.
    [StructLayout(LayoutKind.Sequential)]
    private struct HeapInfo
    {
        public nuint arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
    }

    [DllImport("libc.so.6")]
    private static extern HeapInfo mallinfo2();
}
