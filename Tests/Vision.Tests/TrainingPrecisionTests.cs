using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Models;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>bfloat16 against PyTorch's autocast.</summary>
public sealed class TrainingPrecisionTests
{
    [Fact]
    public void Bfloat16_rounds_as_pytorchs_autocast_does_and_gradients_stay_float32()
    {
        using var folder = new TemporaryFolder();
        PythonReference.RunScript("precision.py", folder.Path);
        using var reference = SafetensorsFile.Open(folder["reference.safetensors"]);
        using var scope = torch.NewDisposeScope();
        using var network = Architectures.Create("efficientnet_b0", 5);
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
    public void Mobilenet_too_finds_its_gradients_in_bfloat16()
    {
        using var scope = torch.NewDisposeScope();
        using var network = Architectures.Create("mobilenet_v2", 5, seed: 2);
        network.eval();
        var (images, labels) = (torch.randn([4, 3, 64, 64], generator: new torch.Generator(3)), torch.tensor(new long[] { 0, 1, 2, 3 }));
        var exact = Gradients(images);
        foreach (var (name, rounded) in Gradients(images.to(torch.ScalarType.BFloat16)))
        {
            var size = exact[name].norm().item<float>();
            Assert.InRange(rounded.sub(exact[name]).norm().item<float>(), size * 1e-5, size * 0.5);
        }

        Dictionary<string, torch.Tensor> Gradients(torch.Tensor input)
        {
            torch.nn.functional.cross_entropy(network.call(input), labels).backward();
            var gradients = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            network.zero_grad();
            return gradients;
        }
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
