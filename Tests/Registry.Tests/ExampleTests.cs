using System.Text.Json;

namespace Linnaeus.Registry.Tests;

/// <summary>The files in <c>examples/</c>, posted unchanged.</summary>
public sealed class ExampleTests(RegistryFixture shared) : JobServer(shared)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples");

    [Fact]
    public async Task The_Registry_accepts_every_example_and_the_README_lists_each()
    {
        var files = Directory.GetFiles(Folder, "*.json");
        var page = await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"), TestContext.Current.CancellationToken);

        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await SubmitAsync(Path.GetFileName(file));
            Assert.Contains(Path.GetFileName(file), page, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Frozen backbone and a new head of 102 classes, Adam at 1e-3, batches of 32, 10 epochs, six Keras layers; nothing else.
    /// </summary>
    [Fact]
    public async Task The_baseline_matches_the_published_recipe_and_its_ablation_differs_in_one_field()
    {
        var exercise = await SubmitAsync("exercise.json");
        var light = await SubmitAsync("exercise-light.json");

        var spec = exercise.Spec.Deserialize<TrainingSpec>(ApiJson.Options)!;
        Assert.Equal(
            (Architecture.EfficientNetB0, "imagenet", "flowers102", AugmentationPreset.Keras, MixingKind.None), (spec.Architecture, spec.Weights, spec.Dataset, spec.Augmentation, spec.Mixing));
        Assert.Equal((10, 10, 32, 224), (spec.Epochs, spec.FrozenEpochs, spec.BatchSize, spec.ImageSize));
        Assert.Equal((OptimizerKind.Adam, 1e-3, LearningRateDecay.Constant, 0.0), (spec.Optimizer, spec.LearningRate, spec.Schedule, spec.WarmupEpochs));
        Assert.Equal((0, 0, 0, null, null), (spec.WeightDecay, spec.LabelSmoothing, spec.Dropout, spec.EmaDecay, spec.EarlyStopping));
        Assert.Equal(
            spec with { Name = "exercise-light", Augmentation = AugmentationPreset.Light }, light.Spec.Deserialize<TrainingSpec>(ApiJson.Options));
    }

    [Fact]
    public async Task The_pipeline_sweep_compares_every_pipeline_on_the_baseline_recipe()
    {
        var exercise = (await SubmitAsync("exercise.json")).Spec.Deserialize<TrainingSpec>(ApiJson.Options)!;
        var sweep = await SubmitAsync("exercise-pipelines.json");

        var trainings = (await Client.Jobs.ListAsync("train", sweep: sweep.Id)).Select(job => job.Spec.Deserialize<TrainingSpec>(ApiJson.Options)!).ToArray();
        string[] pipelines = ["keras alternate", "keras cutmix", "keras mixup", "keras none", "none alternate", "none cutmix", "none mixup", "none none"];
        Assert.Equal(pipelines, trainings.Select(training => $"{training.Augmentation.Name()} {training.Mixing.Name()}").Order(StringComparer.Ordinal));
        Assert.All(trainings, training => Assert.Equal(
            exercise with { Name = training.Name, Augmentation = training.Augmentation, Mixing = training.Mixing, ExplainImages = 0 }, training));
    }

    private async Task<Job> SubmitAsync(string file)
    {
        var job = JsonSerializer.Deserialize<JobRequest>(await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken), ApiJson.Options)!;
        return await Client.Jobs.SubmitAsync(job);
    }
}
