using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Architecture = Linnaeus.Contracts.Architecture;
using Linnaeus.Vision.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.Vision.Tests;

/// <summary>A fault inside libtorch is an exception, and the process goes on.</summary>
public sealed class TorchFaultTests
{
    /// <summary>
    /// What of TorchSharp 0.107 lets a C++ exception through its native side, which ends the process: found by looking in libLibTorchSharp.so for
    /// functions without a handler. (<c>Tensor.mm</c> and <c>mv</c>, and <c>autograd.backward</c> with inputs, do the same and have one.)
    /// </summary>
    private static readonly (string Type, string Method)[] Unguarded =
    [
        ("Tensor", "matmul"), ("torch", "matmul"), ("autograd", "grad"), ("Tensor", "cummax"), ("Tensor", "cummin"), ("torch", "cummax"), ("torch", "cummin"),
    ];

    [Fact]
    public void No_call_can_crash_the_process()
    {
        using var file = new PEReader(File.OpenRead(typeof(ImageClassifier).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var called = metadata.MemberReferences
            .Select(handle => metadata.GetMemberReference(handle))
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => (
                Type: metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name), Method: metadata.GetString(member.Name)))
            .ToHashSet();

        Assert.Contains(("Tensor", "mv"), called);
        Assert.DoesNotContain(called, Unguarded.Contains);
    }

    [Fact]
    public void Wrong_shapes_and_labels_are_errors()
    {
        using var scope = NewDisposeScope();
        var (rows, weights) = (randn(3, 4), randn(5, 6));

        Assert.Throws<ExternalException>(() => rows.mm(weights));
        Assert.Throws<ExternalException>(() => rows.mv(randn(5)));
        Assert.Throws<ExternalException>(() => nn.functional.conv2d(randn(1, 3, 8, 8), randn(4, 5, 3, 3)));
        Assert.Throws<ExternalException>(() => nn.functional.cross_entropy(rows, tensor(new long[] { 0, 1, 4 })));
        Assert.Throws<ExternalException>(() => cat([rows, weights], 0));
        Assert.Throws<ExternalException>(() => zeros(3).copy_(zeros(4)));
        GoesOn();
    }

    [Theory]
    [InlineData(4, 64, 64)]
    [InlineData(3, 1, 0)]
    public void Images_that_do_not_fit_the_network_are_errors(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 1);

        Assert.ThrowsAny<Exception>(() => network.call(randn(1, channels, height, width)));
        Assert.Equal([2L, 3], network.call(randn(2, 3, 32, 32)).shape);
    }

    [Fact]
    public void Out_of_memory_in_forward_or_backward_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var network = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 1);
        const long side = 1L << 18;
        Assert.Contains("can't allocate memory", Assert.Throws<ExternalException>(() => network.call(zeros(1, 3, 1, 1).expand(1, 3, side, side))).Message);

        // A view has no memory of its own, but the gradient of what a part of it is taken from has.
        var leaf = ones([1, 1], requires_grad: true);
        var one = leaf.expand(side * 8, side * 8).narrow(0, 0, 1).narrow(1, 0, 1).sum();
        Assert.Contains("can't allocate memory", Assert.Throws<ExternalException>(() => one.backward()).Message);
        GoesOn();
    }

    private static void GoesOn()
    {
        using var two = ones(2).sum();
        Assert.Equal(2, two.item<float>());
    }
}
