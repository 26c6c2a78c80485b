using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>bfloat16 against PyTorch's autocast.</summary>
public sealed class TrainingPrecisionTests
{
    [Theory]
    [InlineData("efficientnet_b0")]
    [InlineData("mobilenet_v2")]
    public void Bfloat16_rounds_as_pytorchs_autocast_does_and_gradients_stay_float32(string architecture)
    {
        using var folder = new TemporaryFolder();
        PythonReference.RunScript("precision.py", folder.Path, architecture);
        using var reference = SafetensorsFile.Open(folder["reference.safetensors"]);
        using var scope = torch.NewDisposeScope();
        using var network = Architectures.Create(Choice.Parse<Architecture>(architecture), 5);
        Weights.Load(network, folder["weights.safetensors"]);
        network.eval();

        var images = reference.Read("images").to(torch.ScalarType.BFloat16);
        Assert.Equal(torch.ScalarType.BFloat16, network.Features(images).dtype);
        var logits = network.call(images);
        Assert.Equal(torch.ScalarType.Float32, logits.dtype);
        torch.nn.functional.cross_entropy(logits, reference.Read("labels")).backward();

        // Single gradients round this way or that; all of them together are no further from float32 than autocast's are, which on processors without
        // AVX-512 are several times as far: there the reference's PyTorch 1.13 sums in bfloat16 too.
        var (ours, theirs, least) = (0.0, 0.0, 0.0);
        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.Equal(torch.ScalarType.Float32, parameter.grad!.dtype);
            var exact = reference.Read($"fp32.{name}");
            var size = exact.norm();
            least += Math.Pow(2, -9); // half a unit in the last place of bfloat16
            ours += parameter.grad.sub(exact).norm().div(size).item<float>();
            theirs += reference.Read($"bf16.{name}").sub(exact).norm().div(size).item<float>();
        }

        Assert.InRange(ours, least, 1.5 * theirs);
    }

    [Fact]
    public void A_bfloat16_training_keeps_float32_weights_and_goes_on_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var options = new TrainingOptions { Epochs = 3, LearningRate = 3e-3, WarmupEpochs = 0.5, Precision = TrainingPrecision.Bf16, EmaDecay = 0.9, Seed = 3 };
        using var straight = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 4);
        using var whole = new TrainingLoop(straight, MemoryBatches.Colored(16, 3, 32, 8, seed: 1), null, options);
        whole.RunEpoch();
        whole.Save(folder["checkpoint"]);
        while (!whole.Finished)
            whole.RunEpoch();
        Assert.All(straight.NamedTensors(), t => Assert.NotEqual(torch.ScalarType.BFloat16, t.Tensor.dtype));

        using var resumed = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 5);
        using var rest = new TrainingLoop(resumed, MemoryBatches.Colored(16, 3, 32, 8, seed: 1), null, options);
        rest.Restore(folder["checkpoint"]);
        while (!rest.Finished)
            rest.RunEpoch();
        foreach (var ((name, expected), (_, actual)) in straight.NamedTensors().Zip(resumed.NamedTensors()))
            Assert.True(expected.eq(actual).all().item<bool>(), name);
    }

    [Fact]
    public void A_layer_that_is_faster_in_float32_is_computed_in_it_and_rounded_once()
    {
        using var scope = torch.NewDisposeScope();
        var input = torch.randn(2, 8, 16, 16).to(torch.ScalarType.BFloat16);
        var large = torch.nn.Conv2d(8, 8, 5, padding: 2, groups: 8, bias: false);
        var exact = large.call(input.to(torch.ScalarType.Float32)).to(torch.ScalarType.BFloat16);

        var output = large.Convolve(input, groups: 8);
        Assert.Equal(torch.ScalarType.BFloat16, output.dtype);
        Assert.True(output.eq(exact).all().item<bool>());
    }

    [Fact]
    public void A_cpu_computes_in_float32_what_it_computes_faster_so()
    {
        var (none, vectors, matrices) = (new Bfloat16Units(false, false), new Bfloat16Units(true, false), new Bfloat16Units(true, true));

        Assert.All([vectors, matrices], units =>
        {
            Assert.False(LayerPrecision.IsFasterExactly(units, kernel: 1, groups: 1, training: true));
            Assert.False(LayerPrecision.IsFasterExactly(units, kernel: 3, groups: 96, training: true));
            Assert.True(LayerPrecision.IsFasterExactly(units, kernel: 5, groups: 240, training: true));
            Assert.False(LayerPrecision.IsFasterExactly(units, kernel: 5, groups: 240, training: false));
        });
        Assert.True(LayerPrecision.IsFasterExactly(none, kernel: 1, groups: 1, training: false));
    }

    // Flags as Linux 6.1 gives them for a Xeon with AMX, one without, and an EPYC; shortened.
    [Theory]
    [InlineData("flags\t\t: fpu avx512_bf16 amx_bf16 avx512_fp16 amx_tile amx_int8", true, true)]
    [InlineData("flags\t\t: fpu avx512_bf16 avx512vl", true, false)]
    [InlineData("flags\t\t: fpu avx2 vaes", false, false)]
    [InlineData("flags\t\t: fpu amx_tile amx_int8", false, false)]
    [InlineData("Features\t: fp asimd bf16", false, false)]
    public void What_a_cpu_can_do_with_bfloat16_is_read_from_its_flags(string flags, bool instructions, bool matrices)
    {
        string[] processor = ["processor\t: 0", flags, "bugs\t\t: amx_bf16 amx_tile avx512_bf16"];

        Assert.Equal(new Bfloat16Units(instructions, matrices), Bfloat16Units.Of([.. processor, .. processor]));
        Assert.Equal(default, Bfloat16Units.Of([.. processor, "flags\t\t: fpu"]));
        Assert.Equal(default, Bfloat16Units.Of([]));
    }
}
