using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Models;
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
        using var network = Architectures.Create(architecture, 5);
        Weights.Load(network, folder["weights.safetensors"]);
        network.eval();

        var images = reference.Read("images").to(torch.ScalarType.BFloat16);
        Assert.Equal(torch.ScalarType.BFloat16, network.Features(images).dtype);
        var logits = network.call(images);
        Assert.Equal(torch.ScalarType.Float32, logits.dtype);
        torch.nn.functional.cross_entropy(logits, reference.Read("labels")).backward();

        // Single gradients round this way or that; all of them together are as far from float32 as autocast's are.
        var (ours, theirs) = (0.0, 0.0);
        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.Equal(torch.ScalarType.Float32, parameter.grad!.dtype);
            var exact = reference.Read($"fp32.{name}");
            var size = exact.norm();
            ours += parameter.grad.sub(exact).norm().div(size).item<float>();
            theirs += reference.Read($"bf16.{name}").sub(exact).norm().div(size).item<float>();
        }

        Assert.InRange(ours, 0.5 * theirs, 1.5 * theirs);
    }

    [Fact]
    public void A_bfloat16_training_keeps_float32_weights_and_goes_on_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var options = new TrainingOptions { Epochs = 3, LearningRate = 3e-3, WarmupEpochs = 0.5, Precision = TrainingPrecision.Bf16, EmaDecay = 0.9, Seed = 3 };
        using var straight = Architectures.Create("efficientnet_b0", 3, seed: 4);
        using var whole = new TrainingLoop(straight, MemoryBatches.Coloured(16, 3, 32, 8, seed: 1), null, options);
        whole.RunEpoch();
        whole.Save(folder["checkpoint"]);
        while (!whole.Finished)
            whole.RunEpoch();
        Assert.All(straight.NamedTensors(), t => Assert.NotEqual(torch.ScalarType.BFloat16, t.Tensor.dtype));

        using var resumed = Architectures.Create("efficientnet_b0", 3, seed: 5);
        using var rest = new TrainingLoop(resumed, MemoryBatches.Coloured(16, 3, 32, 8, seed: 1), null, options);
        rest.Restore(folder["checkpoint"]);
        while (!rest.Finished)
            rest.RunEpoch();
        foreach (var ((name, expected), (_, actual)) in straight.NamedTensors().Zip(resumed.NamedTensors()))
            Assert.True(expected.eq(actual).all().item<bool>(), name);
    }
}
