using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

public sealed class TrainingLoopTests
{
    private const int Side = 32;

    private static readonly TrainingOptions Options = new() { Epochs = 4, LearningRate = 2e-3, WarmupEpochs = 1, EmaDecay = 0.9, Seed = 11 };

    [Fact]
    public void Losses_and_weights_follow_torchvisions_training_step_by_step()
    {
        using var folder = new TemporaryFolder();
        PythonReference.RunScript("training.py", folder.Path);
        using var reference = SafetensorsFile.Open(folder["reference.safetensors"]);
        using var scope = torch.NewDisposeScope();
        var images = reference.Read("images").data<float>().ToArray();
        var labels = reference.Read("labels").data<long>().ToArray();
        using var network = new EfficientNet(EfficientNetScaling.Family[0] with { StochasticDepth = 0 }, 4, dropout: 0);
        Weights.Load(network, folder["weights.safetensors"]);
        var data = new MemoryBatches(images, labels, 64, labels.Length);

        using var loop = new TrainingLoop(network, data, null, new TrainingOptions
        {
            Epochs = 4,
            LearningRate = 1e-3,
            WarmupEpochs = 2,
            WeightDecay = 0.05,
            LabelSmoothing = 0.1,
        });
        var steps = new List<StepReport>();
        while (!loop.Finished)
            loop.RunEpoch(steps.Add);

        Assert.Equal(reference.Read("rates").data<double>().ToArray(), steps.Select(s => s.LearningRate), new Tolerance(1e-12));
        Assert.Equal(reference.Read("losses").data<float>().ToArray().Select(l => (double)l), steps.Select(s => s.Loss), new Tolerance(2e-3));
        // Adam divides by the gradient's size, so rounding in tiny gradients shows in the weights: compare against the distance walked, about 3e-3.
        Assert.InRange(Distance(network.Head.weight, reference.Read("head")), 0, 3e-4);
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        Assert.InRange(Distance(tensors["features.0.1.weight"], reference.Read("norm")), 0, 3e-4);
        Assert.InRange(Distance(tensors["features.8.1.running_var"], reference.Read("running_var")), 0, 5e-3);
    }

    [Fact]
    public void It_learns()
    {
        using var network = Network();
        var data = MemoryBatches.Colored(24, 3, 64, 8, seed: 1);
        using var loop = new TrainingLoop(
            network, data, MemoryBatches.Colored(12, 3, 64, 12, seed: 2), Options with { Epochs = 8, LearningRate = 5e-4, EmaDecay = null });

        var reports = new List<EpochReport>();
        while (!loop.Finished)
            reports.Add(loop.RunEpoch());

        Assert.True(reports[^1].TrainLoss < 0.7 * reports[0].TrainLoss, $"{reports[0].TrainLoss} -> {reports[^1].TrainLoss}");
        Assert.InRange(reports[^1].TrainAccuracy, 0.8, 1);
        Assert.Equal(Enumerable.Range(1, 8), reports.Select(r => r.Epoch));
        Assert.Equal(reports.MaxBy(r => (r.ValAccuracy, -r.ValLoss))!.Epoch, loop.Best!.Epoch);
        Assert.Equal(loop.Best.Epoch, reports.Last(r => r.IsBest).Epoch);
        Assert.Throws<InvalidOperationException>(() => loop.RunEpoch());
    }

    [Fact]
    public void A_restored_run_is_bitwise_equal_to_an_uninterrupted_one()
    {
        using var folder = new TemporaryFolder();
        var straight = Train(Network(), null, folder["straight"]);

        Train(Network(), null, folder["half"], stopAfter: 2);
        var resumed = Train(Network(seed: 99), folder["half"], folder["resumed"]);

        AssertSameFiles(folder["straight"], folder["resumed"]);
        Assert.Equal(straight.Skip(2).Select(r => (r.TrainLoss, r.ValLoss, r.ValAccuracy)), resumed.Select(r => (r.TrainLoss, r.ValLoss, r.ValAccuracy)));
    }

    [Fact]
    public void A_run_canceled_mid_epoch_resumes_from_that_step()
    {
        using var folder = new TemporaryFolder();
        var straight = Train(Network(), null, folder["straight"]);
        using (var network = Network())
        using (var loop = Loop(network))
        using (var stop = new CancellationTokenSource())
        {
            loop.RunEpoch();
            Assert.ThrowsAny<OperationCanceledException>(() => loop.RunEpoch(step => { if (step.Step == 2) stop.Cancel(); }, stop.Token));
            Assert.Equal((1, 5), (loop.Epoch, loop.GlobalStep));
            loop.Save(folder["half"]);
        }

        var resumed = Train(Network(seed: 99), folder["half"], folder["resumed"]);

        AssertSameFiles(folder["straight"], folder["resumed"]);
        Assert.Equal(straight[1].TrainLoss, resumed[0].TrainLoss);
        Assert.Equal(straight[1].TrainAccuracy, resumed[0].TrainAccuracy);
    }

    [Fact]
    public void The_average_follows_the_weights_and_is_evaluated()
    {
        using var network = Network();
        using var loop = new TrainingLoop(network, MemoryBatches.Colored(8, 3, Side, 8, seed: 1), null, Options with { Epochs = 1, WarmupEpochs = 0 });
        using var scope = torch.NewDisposeScope();
        var before = network.Head.weight.clone();
        loop.RunEpoch();

        // One step at step 0: the average keeps min(0.9, 1/10) of the old weights.
        var expected = before.mul(0.1).add(network.Head.weight.mul(0.9));
        Assert.InRange(Distance(loop.Result.Head.weight, expected.detach()), 0, 1e-6);
        Assert.NotSame(network, loop.Result);
        Assert.False(loop.Result.training);
    }

    [Fact]
    public void A_checkpoint_of_other_options_or_data_is_refused()
    {
        using var folder = new TemporaryFolder();
        Train(Network(), null, folder["a"], stopAfter: 1);
        using var network = Network();
        using var otherOptions = new TrainingLoop(network, Train(), null, Options with { LearningRate = 0.5 });
        using var otherData = new TrainingLoop(network, MemoryBatches.Colored(8, 3, Side, 4, seed: 1), null, Options);

        Assert.Contains("different training options", Assert.Throws<CheckpointException>(() => otherOptions.Restore(folder["a"])).Message);
        Assert.Contains("3 batches per epoch, now there are 2", Assert.Throws<CheckpointException>(() => otherData.Restore(folder["a"])).Message);
    }

    [Fact]
    public void An_incomplete_or_damaged_checkpoint_is_refused_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        Train(Network(), null, folder.Path, stopAfter: 1);
        using var network = Network(seed: 5);
        using var loop = Loop(network);
        using var scope = torch.NewDisposeScope();
        var before = network.Head.weight.clone();

        var bytes = File.ReadAllBytes(folder["optimizer.safetensors"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(folder["optimizer.safetensors"], bytes);
        Assert.Contains("SHA-256", Assert.Throws<CheckpointException>(() => loop.Restore(folder.Path)).Message);
        File.Delete(folder["ema.safetensors"]);
        File.WriteAllBytes(folder["optimizer.safetensors"], [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        Assert.Contains("ema.safetensors is missing", Assert.Throws<CheckpointException>(() => loop.Restore(folder.Path)).Message);
        File.Delete(folder["state.json"]);
        Assert.Contains("state.json is missing", Assert.Throws<CheckpointException>(() => loop.Restore(folder.Path)).Message);

        Assert.Equal(0, Distance(before, network.Head.weight));
        Assert.Equal(0, loop.Epoch);
    }

    [Fact]
    public void A_non_finite_loss_stops_the_run_with_the_position_and_a_remedy()
    {
        using var network = Network();
        var images = MemoryBatches.Colored(8, 3, Side, 4, seed: 1);
        var broken = new MemoryBatches([.. Enumerable.Repeat(float.NaN, 8 * 3 * Side * Side)], [0, 1, 2, 0, 1, 2, 0, 1], Side, 4);
        using var loop = new TrainingLoop(network, broken, images, Options);

        var error = Assert.Throws<TrainingDivergedException>(() => loop.RunEpoch());

        Assert.Contains("epoch 1, step 1", error.Message);
        Assert.Contains("lower learning rate", error.Message);
    }

    [Theory]
    [InlineData("LearningRate")]
    [InlineData("Epochs")]
    [InlineData("LabelSmoothing")]
    public void An_option_out_of_range_is_named(string option)
    {
        using var network = Network();
        var options = option switch
        {
            "LearningRate" => Options with { LearningRate = 0 },
            "Epochs" => Options with { Epochs = 0, WarmupEpochs = 0 },
            _ => Options with { LabelSmoothing = 1 },
        };

        Assert.Contains(option, Assert.Throws<ArgumentException>(() => new TrainingLoop(network, Train(), null, options)).Message);
    }

    [Fact]
    public void Frozen_parameters_stay_as_they_are()
    {
        using var network = Network();
        network.SetTrainable(false);
        network.Head.weight.requires_grad = true;
        using var scope = torch.NewDisposeScope();
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        var (stem, head) = (tensors["features.0.0.weight"].clone(), network.Head.weight.clone());
        using var loop = new TrainingLoop(network, Train(), null, Options with { Epochs = 1, EmaDecay = null });
        loop.RunEpoch();

        Assert.Equal(0, Distance(stem, tensors["features.0.0.weight"]));
        Assert.NotEqual(0, Distance(head, network.Head.weight));
    }

    private static ImageClassifier Network(long seed = 4) => Architectures.Create(Architecture.EfficientNetB0, 3, seed: seed);

    private static MemoryBatches Train() => MemoryBatches.Colored(11, 3, Side, 4, seed: 1, augment: true);

    private static TrainingLoop Loop(ImageClassifier network) => new(network, Train(), MemoryBatches.Colored(6, 3, Side, 6, seed: 2), Options);

    private static List<EpochReport> Train(ImageClassifier network, string? from, string to, int stopAfter = int.MaxValue)
    {
        var reports = new List<EpochReport>();
        using (network)
        using (var loop = Loop(network))
        {
            if (from is not null)
                loop.Restore(from);
            while (!loop.Finished && loop.Epoch < stopAfter)
                reports.Add(loop.RunEpoch());
            loop.Save(to);
        }

        return reports;
    }

    private static void AssertSameFiles(string expected, string actual)
    {
        Assert.Equal(Directory.GetFiles(expected).Select(Path.GetFileName).Order(), Directory.GetFiles(actual).Select(Path.GetFileName).Order());
        foreach (var file in Directory.GetFiles(expected))
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, Path.GetFileName(file)))), Path.GetFileName(file));
    }

    private static float Distance(torch.Tensor a, torch.Tensor b) => a.sub(b).abs().max().item<float>();

    /// <summary>Equal within a relative tolerance.</summary>
    private sealed class Tolerance(double relative) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= relative * Math.Max(Math.Abs(x), Math.Abs(y));

        public int GetHashCode(double obj) => 0;
    }
}
