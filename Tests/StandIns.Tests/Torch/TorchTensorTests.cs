using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Linnaeus.StandIns.Tests.Torch;

/// <summary>Data in and out, errors, modes and devices.</summary>
[Collection("torch")]
public sealed class TorchTensorTests
{
    [Fact]
    public void Failure_in_libtorch_is_an_ExternalException_with_its_message()
    {
        using var scope = NewDisposeScope();
        var left = ones(2, 3);
        var error = Assert.Throws<ExternalException>(() => left.matmul(ones(4, 5)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception raised from", error.Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => left.add_(ones(7)));
        Assert.Throws<ExternalException>(() => left.split(2, dim: 5));
        Assert.Throws<ExternalException>(() => left.backward());
        Assert.Throws<ExternalException>(() => left[0, 9]);
        Assert.Equal(6, left.sum().item<float>()); // and nothing is left pending
    }

    [Fact]
    public void Disposed_tensor_is_refused()
    {
        var gone = ones(2);
        gone.Dispose();
        gone.Dispose();
        Assert.True(gone.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => gone.exp());
    }

    [Fact]
    public void Arrays_go_in_and_out_with_type_and_shape()
    {
        using var scope = NewDisposeScope();
        var t = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        Assert.Equal([2L, 3L], t.shape);
        Assert.Equal([3L, 1L], t.stride());
        Assert.Equal([1f, 4f, 2f, 5f, 3f, 6f], t.t().data<float>().ToArray());
        Assert.Equal(5f, t.data<float>()[1, 1]);
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1L }).dtype);
        Assert.Equal(ScalarType.Float16, tensor(new[] { 1.5f }, dtype: ScalarType.Float16).dtype);
        Assert.Equal([true, false], tensor(new[] { true, false }).data<bool>().ToArray());
        Assert.Equal(3, tensor(new[,] { { 1, 2 }, { 3, 4 } })[1, 0].item<int>());
        Assert.Equal(2.5, tensor(2.5).item<double>());
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
        Assert.Throws<ArgumentException>(() => t.data<double>());
        Assert.Throws<ArgumentException>(() => t.item<float>());
    }

    [Fact]
    public void Raw_bytes_are_a_view_of_the_memory()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, dtype: ScalarType.Int32);
        t.bytes = new byte[] { 1, 0, 0, 0, 0, 1, 0, 0 };
        Assert.Equal([1, 256], t.data<int>().ToArray());
        t.bytes[0] = 7;
        Assert.Equal(7, t[0].item<int>());
        var raw = frombuffer(new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 }, ScalarType.Float32);
        Assert.Equal([1f, 2f], raw.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => t.bytes = new byte[3]);
        Assert.Throws<NotImplementedException>(() => ones(2, 2).t().bytes.Length);
    }

    [Fact]
    public void Half_and_bfloat16_convert()
    {
        using var scope = NewDisposeScope();
        var t = tensor(new[] { 1f, 1f / 3 });
        Assert.Equal(0.3333f, t.to(ScalarType.Float16).to(ScalarType.Float32)[1].item<float>(), 3e-4f);
        Assert.Equal(0.333984375f, t.bfloat16().@float()[1].item<float>());
        Assert.Equal((Half)1f, t.half().data<Half>()[0]);
    }

    [Fact]
    public void Strides_and_channels_last_are_kept_through_a_convolution()
    {
        using var scope = NewDisposeScope();
        var nhwc = randn(2, 8, 6, 6).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var weight = randn(4, 8, 3, 3).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var result = nn.functional.conv2d(nhwc, weight, padding: [1, 1]);
        Assert.Equal(1, result.stride(1));
        Assert.True(result.allclose(nn.functional.conv2d(nhwc.contiguous(), weight.contiguous(), padding: [1, 1]), 1e-4, 1e-5));
    }

    [Fact]
    public void Equality_operator_is_elementwise_and_Equals_is_not()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(new[] { 1f, 2f }), tensor(new[] { 1f, 3f }));
        Assert.Equal([true, false], (a == b).data<bool>().ToArray());
        Assert.Equal([true, false], a.equal(b).data<bool>().ToArray());
        Assert.False(a.Equals(b));
        Assert.True(a.Equals(a.clone()));
    }

    [Fact]
    public void Seeds_repeat_global_and_own_streams()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var first = randn(4);
        var state = get_rng_state();
        var second = randn(4);
        manual_seed(5);
        Assert.True(first.Equals(randn(4)));
        set_rng_state(state);
        Assert.True(second.Equals(randn(4)));
        using var own = new Generator(9);
        var drawn = rand(3, generator: own);
        Assert.True(drawn.Equals(rand(3, generator: new Generator(9))));
        Assert.Equal(9, own.initial_seed());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), randperm(10, generator: own).data<long>().ToArray().Order());
    }

    [Fact]
    public void No_grad_and_inference_mode_end_with_their_scope()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False((x * 2).requires_grad);
        }
        Tensor made;
        using (inference_mode()) made = x * 3;
        Assert.True(made.is_inference());
        Assert.True((x * 2).requires_grad);
        Assert.Throws<ExternalException>(() => (x * made).sum().backward());
    }

    [Fact]
    public void Gradient_is_gathered_and_can_be_set()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 3f }, requires_grad: true);
        Assert.Null(x.grad);
        (x * x).sum().backward();
        (x * x).sum().backward();
        Assert.Equal(12, x.grad!.item<float>());
        x.grad = null;
        Assert.Null(x.grad);
        (x * x).backward([full([1], 2.0)]);
        Assert.Equal(12, x.grad!.item<float>());
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void A_missing_GPU_is_an_error_only_when_asked_for()
    {
        Assert.SkipWhen(cuda.is_available(), "a GPU is there");
        Assert.Equal(0, cuda.device_count());
        Assert.Throws<InvalidOperationException>(() => device("cuda:0"));
        Assert.Throws<ArgumentException>(() => device("abacus"));
        Assert.Equal("cpu", CPU.ToString());
    }
}
