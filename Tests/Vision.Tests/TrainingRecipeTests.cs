using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Training;
using TorchSharp;

namespace Linnaeus.Vision.Tests;

/// <summary>The whole recipe: phases, optimizers, frozen layers, cached features, early stopping.</summary>
public sealed class TrainingRecipeTests
{
    private const int Side = 32;

    public static TheoryData<OptimizerKind, string> Optimizers => new(Enum.GetValues<OptimizerKind>().Select(kind => (kind, kind.Name())));

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Two_phases_with_everything_follow_pytorch_step_by_step(OptimizerKind optimizer, string name)
    {
        using var folder = new TemporaryFolder();
        PythonReference.RunScript("recipe.py", folder.Path, name);
        using var reference = SafetensorsFile.Open(folder["reference.safetensors"]);
        using var scope = torch.NewDisposeScope();
        using var network = new EfficientNet(EfficientNetScaling.Family[0] with { StochasticDepth = 0 }, 4, dropout: 0);
        Weights.Load(network, folder["weights.safetensors"]);
        var start = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor.clone());
        var data = new MemoryBatches(reference.Read("images").data<float>().ToArray(), new long[10], Side, 4)
        {
            SoftLabels = reference.Read("targets"),
        };

        using var loop = new TrainingLoop(network, data, null, new TrainingOptions
        {
            Epochs = 4,
            FrozenEpochs = 2,
            TrainableBlocks = 10,
            FreezeBatchNorm = true,
            Optimizer = optimizer,
            LearningRate = 0.01,
            FrozenLearningRate = 0.02,
            BackboneLrFactor = 0.5,
            LrDecayPerBlock = 0.8,
            WarmupEpochs = 1,
            WeightDecay = 0.05,
            LabelSmoothing = 0.1,
            EmaDecay = 0.9,
            GradientClip = 0.5,
            AccumulationSteps = 2,
        }, classWeights: [1, 2, 0.5, 1.5]);
        var steps = new List<StepReport>();
        while (!loop.Finished)
            loop.RunEpoch(steps.Add);

        var (losses, rates) = (reference.Read("losses").data<double>().ToArray(), reference.Read("rates").data<double>().ToArray());
        Assert.Equal(losses.Length, steps.Count);
        for (var i = 0; i < losses.Length; i++)
        {
            Assert.Equal(rates[i], steps[i].LearningRate, 1e-12);
            Assert.Equal(losses[i], steps[i].Loss, 1e-3);
        }

        var (trained, averaged) = (network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor), loop.Result.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor));
        foreach (var weight in new[] { "classifier.1.weight", "classifier.1.bias", "features.8.0.weight", "features.5.2.block.1.0.weight" })
        {
            // Against the distance walked: Adam divides by the gradient's size, so rounding in tiny gradients shows in the weights.
            var walked = Distance(start[weight], trained[weight]);
            Assert.True(walked > 1e-6, $"{weight} was not trained: {walked}");
            Assert.InRange(Distance(reference.Read(weight), trained[weight]), 0, 0.02 * walked);
            Assert.InRange(Distance(reference.Read($"average.{weight}"), averaged[weight]), 0, 0.02 * walked);
        }

        foreach (var (tensor, value) in start.Where(t => t.Key.StartsWith("features.4.1.", StringComparison.Ordinal) || t.Key.StartsWith("features.8.1.", StringComparison.Ordinal)))
            Assert.True(Distance(value, trained[tensor]) == 0, $"{tensor} is frozen and changed");
    }

    [Fact]
    public void Frozen_blocks_keep_every_weight_and_statistic_and_thawed_ones_do_not()
    {
        using var network = Network();
        using var scope = torch.NewDisposeScope();
        var start = network.NamedTensors().Select(t => (t.Name, Tensor: t.Tensor.clone())).ToArray();
        using var loop = new TrainingLoop(network, MemoryBatches.Colored(8, 3, Side, 4, seed: 1), null, new TrainingOptions
        {
            Epochs = 2,
            FrozenEpochs = 1,
            TrainableBlocks = 3,
            WarmupEpochs = 0,
        });

        loop.RunEpoch();
        Assert.All(Changed(start, network), name => Assert.StartsWith("classifier.", name, StringComparison.Ordinal));
        Assert.NotEmpty(Changed(start, network));

        loop.RunEpoch();
        var changed = Changed(start, network);
        // The last three blocks: both of stage 6's end and the last convolution.
        Assert.All(changed, name => Assert.Matches(@"^(classifier|features\.8|features\.7\.0|features\.6\.3)\.", name));
        Assert.Contains("features.8.1.running_mean", changed);
        Assert.Contains("features.6.3.block.0.0.weight", changed);
    }

    [Fact]
    public async Task Cached_features_equal_the_whole_networks()
    {
        var options = new TrainingOptions { Epochs = 3, FrozenEpochs = 3, WarmupEpochs = 0.5, EmaDecay = 0.9, LearningRate = 0.01, Seed = 3 };
        var (train, validation) = await FlowersAsync();
        var (fixedTrain, fixedValidation) = (new Unfixed(train), new Unfixed(validation));
        using var scope = torch.NewDisposeScope();
        using var cached = Network(dropout: 0.3);
        using var whole = Network(dropout: 0.3);

        using var withCache = new TrainingLoop(cached, train, validation, options);
        using var without = new TrainingLoop(whole, fixedTrain, fixedValidation, options);
        while (!without.Finished)
        {
            var (expected, actual) = (without.RunEpoch(), withCache.RunEpoch());
            Assert.Equal(expected.TrainLoss, actual.TrainLoss, 1e-4);
            Assert.Equal(expected.ValLoss!.Value, actual.ValLoss!.Value, 1e-4);
            Assert.Equal(expected.TrainAccuracy, actual.TrainAccuracy);
            Assert.Equal(expected.ValAccuracy, actual.ValAccuracy);
        }

        Assert.Equal(3, fixedTrain.EpochsRead);
        Assert.InRange(Distance(whole.Head.weight, cached.Head.weight), 0, 1e-4);
        Assert.InRange(Distance(without.Result.Head.weight, withCache.Result.Head.weight), 0, 1e-4);
    }

    [Fact]
    public async Task Cached_features_read_each_image_once()
    {
        var (train, _) = await FlowersAsync();
        var counted = new Unfixed(train) { Fixed = train };
        using var network = Network();
        using var loop = new TrainingLoop(network, counted, null, new TrainingOptions { Epochs = 3, FrozenEpochs = 2, WarmupEpochs = 0 });
        while (!loop.Finished)
            loop.RunEpoch();
        Assert.Equal(1, counted.EpochsRead); // the epoch of fine-tuning
    }

    [Fact]
    public void Early_stopping_waits_for_its_patience_and_keeps_the_best_epoch()
    {
        using var network = Network();
        var validation = MemoryBatches.Colored(6, 3, Side, 6, seed: 2);
        using var loop = new TrainingLoop(network, MemoryBatches.Colored(4, 3, Side, 4, seed: 1), validation, new TrainingOptions
        {
            Epochs = 9,
            FrozenEpochs = 3,
            LearningRate = 1e-9,
            WarmupEpochs = 0,
            FreezeBatchNorm = true,
            EarlyStopping = new EarlyStopping(Patience: 2, MinDelta: 0.01),
        });
        var reports = new List<EpochReport>();
        while (!loop.Finished)
            reports.Add(loop.RunEpoch());

        // Nothing is learned at this rate. The frozen epochs do not count, the fourth sets the mark, and two more wait for a better one.
        Assert.True(loop.StoppedEarly);
        Assert.InRange(reports[3].ValAccuracy!.Value, 0.1, 1);
        Assert.Equal(6, loop.Epoch);
        Assert.Equal(reports.MaxBy(r => (r.ValAccuracy, -r.ValLoss))!.Epoch, loop.Best!.Epoch);
        Assert.Contains("stopped early", Assert.Throws<InvalidOperationException>(() => loop.RunEpoch()).Message);
        Assert.Throws<ArgumentException>(() => new TrainingLoop(network, validation, null, loop.Options));
    }

    [Fact]
    public void A_full_recipe_killed_at_random_steps_is_bitwise_reproducible()
    {
        using var folder = new TemporaryFolder();
        Run(Everything(), folder["straight"], stops: []);
        var random = new Random(20);
        for (var trial = 0; trial < 2; trial++)
        {
            // 18 steps in 6 epochs; mid-epoch, mid-update and at borders of epochs and phases alike.
            var stops = Enumerable.Range(1, 17).Where(_ => random.NextDouble() < 0.3).ToArray();
            Run(Everything(), folder[$"killed-{trial}"], stops);
            foreach (var file in Directory.GetFiles(folder["straight"]).Where(file => !file.EndsWith("state.json", StringComparison.Ordinal)))
                Assert.True(
                    File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder[$"killed-{trial}"], Path.GetFileName(file)))),
                    $"{Path.GetFileName(file)} differs after stops at {string.Join(", ", stops)}");
        }
    }

    private static TrainingOptions Everything() => new()
    {
        Epochs = 6,
        FrozenEpochs = 2,
        TrainableBlocks = 12,
        Optimizer = OptimizerKind.Sgd,
        BackboneLrFactor = 0.3,
        LrDecayPerBlock = 0.9,
        WarmupEpochs = 0.7,
        EmaDecay = 0.9,
        GradientClip = 1,
        AccumulationSteps = 2,
        EarlyStopping = new EarlyStopping(Patience: 5),
        Seed = 11,
    };

    /// <summary>Trains to the end; at each of the given global steps the loop is saved as it stands, thrown away and taken up by a new one.</summary>
    private static void Run(TrainingOptions options, string folder, int[] stops)
    {
        var remaining = new Queue<int>(stops);
        string? from = null;
        for (var life = 0; ; life++)
        {
            using var network = Network(seed: 4 + life);
            using var loop = new TrainingLoop(
                network, MemoryBatches.Colored(10, 3, Side, 4, seed: 1, augment: true), MemoryBatches.Colored(6, 3, Side, 6, seed: 2), options, [1, 2, 0.5]);
            if (from is not null)
                loop.Restore(from);
            using var stop = new CancellationTokenSource();
            void StopAt(StepReport step)
            {
                if (remaining.TryPeek(out var next) && step.GlobalStep == next)
                    stop.Cancel();
            }

            try
            {
                while (!loop.Finished)
                    loop.RunEpoch(StopAt, stop.Token);
                loop.Save(folder);
                return;
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(remaining.Dequeue(), loop.GlobalStep);
                loop.Save(from = $"{folder}-life-{life}");
            }
        }
    }

    private static ImageClassifier Network(long seed = 4, double? dropout = null) => Architectures.Create(Architecture.EfficientNetB0, 3, dropout, seed);

    private static async Task<(BatchSource Train, BatchSource Validation)> FlowersAsync()
    {
        var dataset = await Datasets.OpenAsync("synthetic-flowers", new DatasetOptions
        {
            Synthetic = new SyntheticFlowersOptions { Classes = 3, TrainPerClass = 6, ValPerClass = 3, TestPerClass = 1, Side = 48 },
        });
        return (
            BatchSource.ForTraining(dataset.Train, AugmentationPresets.Create(AugmentationPreset.None, Side), 4, seed: 9, torch.CPU),
            BatchSource.ForEvaluation(dataset.Validation, Side, 4, torch.CPU));
    }

    private static string[] Changed(IEnumerable<(string Name, torch.Tensor Tensor)> start, ImageClassifier network) =>
        [.. start.Zip(network.NamedTensors()).Where(t => Distance(t.First.Tensor, t.Second.Tensor) != 0).Select(t => t.First.Name)];

    private static float Distance(torch.Tensor a, torch.Tensor b) => a.sub(b).abs().max().to(torch.ScalarType.Float32).item<float>();

    /// <summary>Counts the epochs that are read as whole images, and hides that these are always the same.</summary>
    private sealed class Unfixed(IBatchSource inner) : IBatchSource
    {
        public int EpochsRead { get; private set; }

        public int Count => inner.Count;

        public int BatchCount => inner.BatchCount;

        public IFixedImages? Fixed { get; init; }

        public IEnumerable<ImageBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancellationToken)
        {
            EpochsRead++;
            return inner.ReadEpoch(epoch, firstBatch, cancellationToken);
        }
    }
}
