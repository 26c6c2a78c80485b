using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>What a CUDA device computes, against the CPU. <c>Benchmarks/gpu.sh</c> runs these on a machine that has one.</summary>
[Trait("Category", "Gpu")]
public sealed class GpuTests
{
    private const string NoGpu = "this machine has no CUDA device";

    [Theory]
    [InlineData("efficientnet_b0")]
    [InlineData("mobilenet_v2")]
    public void Logits_are_those_of_the_cpu(string architecture)
    {
        Assert.SkipUnless(torch.cuda.is_available(), NoGpu);
        using var scope = torch.NewDisposeScope();
        using var network = Architectures.Create(Choice.Parse<Architecture>(architecture), 5, seed: 1);
        network.eval();
        var images = torch.randn([4, 3, 64, 64]);
        var expected = network.call(images);
        network.to(torch.device("cuda"));
        var actual = network.call(images.to(torch.device("cuda"))).to(torch.CPU);
        Assert.InRange(actual.sub(expected).norm().div(expected.norm()).item<float>(), 0, 1e-2);
    }

    [Fact]
    public async Task Steps_of_the_optimizer_are_those_of_the_cpu()
    {
        Assert.SkipUnless(torch.cuda.is_available(), NoGpu);
        var (expected, actual) = (await WeightsAsync(torch.CPU), await WeightsAsync(torch.device("cuda")));
        Assert.InRange(actual.Moved, 0.5 * expected.Moved, 2 * expected.Moved);
        using var difference = actual.Weight.sub(expected.Weight).norm().div(expected.Weight.norm());
        Assert.InRange(difference.item<float>(), 0, 1e-3);

        // A head on a frozen backbone, whose features a GPU and a CPU give alike to rounding.
        static async Task<(torch.Tensor Weight, double Moved)> WeightsAsync(torch.Device device)
        {
            using var network = Architectures.Create(Architecture.EfficientNetB0, 3, dropout: 0, seed: 4);
            var before = network.Head.weight.detach().clone();
            network.to(device);
            var options = new TrainingOptions { Epochs = 1, FrozenEpochs = 1, LearningRate = 1e-2, WeightDecay = 0.1, GradientClip = 1, EmaDecay = 0.5 };
            using var loop = new TrainingLoop(network, await FlowersAsync(device), null, options);
            loop.RunEpoch();
            var weight = loop.Result.Head.weight.detach().to(torch.CPU).clone();
            return (weight, weight.sub(before).norm().item<float>());
        }
    }

    [Fact]
    public void Gpu_out_of_memory_is_an_error_and_the_gpu_stays_usable()
    {
        Assert.SkipUnless(torch.cuda.is_available(), NoGpu);
        var gpu = torch.device("cuda");
        var error = Assert.ThrowsAny<Exception>(() => torch.zeros([1L << 42], device: gpu));
        Assert.Contains("out of memory", error.Message, StringComparison.OrdinalIgnoreCase);
        using var ones = torch.ones([3], device: gpu);
        Assert.Equal(3, ones.sum().item<float>());
    }

    [Theory]
    [InlineData(TrainingPrecision.Fp32)]
    [InlineData(TrainingPrecision.Bf16)]
    public async Task It_learns_and_a_restored_run_goes_on(TrainingPrecision precision)
    {
        Assert.SkipUnless(torch.cuda.is_available(), NoGpu);
        using var folder = new TemporaryFolder();
        var options = new TrainingOptions { Epochs = 8, FrozenEpochs = 1, LearningRate = 3e-3, EmaDecay = 0.9, GradientClip = 1, Precision = precision };
        var source = await FlowersAsync(torch.device("cuda"));
        using var network = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 4);
        network.to(torch.device("cuda"));
        using var loop = new TrainingLoop(network, source, null, options);
        var first = loop.RunEpoch();
        loop.RunEpoch();
        loop.Save(folder["checkpoint"]);

        using var resumed = Architectures.Create(Architecture.EfficientNetB0, 3, seed: 5);
        resumed.to(torch.device("cuda"));
        using var rest = new TrainingLoop(resumed, source, null, options);
        rest.Restore(folder["checkpoint"]);
        var last = first;
        while (!rest.Finished)
            last = rest.RunEpoch();
        Assert.True(last.TrainLoss < first.TrainLoss, $"{first.TrainLoss} became {last.TrainLoss}");
    }

    [Fact]
    public async Task Batches_arrive_from_pinned_memory_as_they_are_on_the_cpu()
    {
        Assert.SkipUnless(torch.cuda.is_available(), NoGpu);
        using var scope = torch.NewDisposeScope();
        var (host, device) = (await FlowersAsync(torch.CPU), await FlowersAsync(torch.device("cuda")));
        foreach (var (expected, actual) in host.ReadEpoch(1, 0, default).Zip(device.ReadEpoch(1, 0, default)))
        {
            Assert.InRange(actual.Images.to(torch.CPU).sub(expected.Images).abs().max().item<float>(), 0, 1e-4);
            Assert.Equal(expected.Labels.data<long>().ToArray(), actual.Labels.to(torch.CPU).data<long>().ToArray());
        }
    }

    private static async Task<BatchSource> FlowersAsync(torch.Device device)
    {
        var dataset = await Datasets.OpenAsync("synthetic-flowers", new DatasetOptions
        {
            Synthetic = new SyntheticFlowersOptions { Classes = 3, TrainPerClass = 16, ValPerClass = 1, TestPerClass = 1, Side = 48 },
        });
        return BatchSource.ForTraining(dataset.Train, Augmentation.AugmentationPresets.Create(AugmentationPreset.None, 32), 8, seed: 9, device);
    }
}
