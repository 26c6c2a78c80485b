using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Imaging;
using Linnaeus.Vision.Training;

namespace Linnaeus.Services.Tests.Training;

public sealed class TrainingTests(ServicesFixture services)
{
    private readonly RegistryClient registry = services.Registry;

    [Fact]
    public async Task A_submitted_spec_becomes_an_explained_version()
    {
        using var spans = new SpanRecorder();
        var job = await registry.Jobs.SubmitAsync(Specs.Tiny("end-to-end") with
        {
            ExplainImages = 2,
            EmaDecay = 0.9,
            Augmentation = AugmentationPreset.Keras,
            Mixing = MixingKind.Alternate,
            MixingOffEpochs = 1,
            Robustness = true,
            RobustnessImages = 6,
        });
        var ended = await registry.Jobs.UntilEndedAsync(job.Id);
        Assert.True(ended.Status == JobStatus.Succeeded, ended.Error);
        Assert.Equal("end-to-end", ended.Result!.Value.GetProperty("model").GetString());
        var version = await registry.ModelVersions.GetAsync($"models:/end-to-end/{ended.Result.Value.GetProperty("version").GetString()}");
        Assert.Equal("READY", version.Status);
        Assert.Equal(["MLmodel", "model.json", "model.safetensors"], version.Files.Select(file => file.Path).Order(StringComparer.Ordinal));

        await CheckMetricsAsync(job.RunId!);
        await CheckFiguresAsync(job.RunId!);
        await CheckCheckpointsAsync(job.RunId!);
        await CheckEvaluationAsync(job.RunId!);
        await CheckModelAsync(version, job.RunId!);
        await CheckExplanationsAsync(version);
        CheckTrace(spans, job.Traceparent);
    }

    [Fact]
    public async Task A_run_that_an_earlier_version_began_keeps_its_params()
    {
        await registry.Jobs.PauseQueueAsync();
        var job = await registry.Jobs.SubmitAsync(Specs.Tiny("upgraded"));
        await registry.Runs.LogBatchAsync(job.RunId!, null, new Dictionary<string, string> { ["steps_per_epoch"] = "as worded before", ["dataset.split"] = "as worded before" }, null);
        await registry.Jobs.ResumeQueueAsync();
        var ended = await registry.Jobs.UntilEndedAsync(job.Id);
        Assert.True(ended.Status == JobStatus.Succeeded, ended.Error);
        var known = (await registry.Runs.GetAsync(job.RunId!)).Params;
        Assert.Equal(("as worded before", "as worded before"), (known["steps_per_epoch"], known["dataset.split"]));
        Assert.Contains("model.parameters", known.Keys);
    }

    [Fact]
    public async Task A_fine_tuned_version_keeps_its_parent_when_the_alias_moves()
    {
        var first = await registry.Jobs.UntilEndedAsync((await registry.Jobs.SubmitAsync(Specs.Tiny("family") with { Subset = new SubsetOptions { MaxTrain = 12, MaxTest = 6 } })).Id);
        Assert.True(first.Status == JobStatus.Succeeded, first.Error);
        var known = await registry.Runs.GetAsync(first.RunId!);
        Assert.Equal(("12", "9", "6"), (known.Params["dataset.train"], known.Params["dataset.validation"], known.Params["dataset.test"]));
        var precision = PrecisionChoice.On(TorchSharp.torch.CPU) == TrainingPrecision.Bf16 ? "bf16" : "fp32";
        Assert.Equal(("auto", precision), (known.Params["precision"], known.Tags["linnaeus.precision"]));
        await registry.ModelVersions.SetAliasAsync("family", "champion", "1");
        var second = await registry.Jobs.UntilEndedAsync((await registry.Jobs.SubmitAsync(Specs.Tiny("family") with { Weights = "models:/family@champion" })).Id);
        Assert.True(second.Status == JobStatus.Succeeded, second.Error);
        await registry.ModelVersions.SetAliasAsync("family", "champion", "2");

        var lineage = await registry.ModelVersions.LineageAsync(ModelUri.OfVersion("family", 2));
        Assert.Equal(new VersionReference("family", "1"), lineage.Parent);
        Assert.Equal((second.Id, second.RunId), (lineage.Job!.Id, lineage.Run!.RunId));
        Assert.Equal(64, lineage.Dataset!.Fingerprint.Length);
        Assert.Equal(second.Traceparent!.Split('-')[1], lineage.TraceId);

        var comparison = await registry.Comparison.CompareAsync("family", ["1", "2"]);
        Assert.Equal((6, true), (comparison.Versions[0].TestImages, comparison.Versions[1].TestImages > 6));
        Assert.Equal(lineage.Dataset.Fingerprint, comparison.Versions[1].TestFingerprint);
        Assert.All(comparison.Metrics.Single(metric => metric.Name == "test_accuracy").Values, value => Assert.InRange(value!.Value, 0, 1));
        Assert.Equal(["subset", "weights"], comparison.SpecDifferences.Select(row => row.Name.Split('.')[1]).Distinct());
        Assert.Contains("tested on different data", comparison.Pairs[0].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canceled_job_stops_and_its_run_is_killed()
    {
        var job = await registry.Jobs.SubmitAsync(Specs.Tiny("canceled") with { Epochs = 5000 });
        await registry.Jobs.UntilStepAsync(job.Id, 2);
        await registry.Jobs.CancelAsync(job.Id);
        var ended = await registry.Jobs.UntilEndedAsync(job.Id);
        Assert.Equal(JobStatus.Cancelled, ended.Status);
        Assert.Equal(RunStatus.Killed, (await registry.Runs.GetAsync(job.RunId!)).Status);
    }

    [Fact]
    public async Task A_missing_dataset_fails_the_run_with_its_path() =>
        await FailsAsync(Specs.Tiny("no-data") with { Dataset = "folder:/nowhere/flowers", Synthetic = null }, "/nowhere/flowers");

    [Fact]
    public async Task An_empty_dataset_fails_the_run()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-empty-").FullName;
        try
        {
            await FailsAsync(Specs.Tiny("empty-data") with { Dataset = $"folder:{folder}", Synthetic = null }, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Html_pages_named_jpg_are_no_dataset()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-html-").FullName;
        try
        {
            foreach (var (split, name) in new[] { "train", "test" }.SelectMany(split => new[] { "daisy", "rose" }.Select(name => (split, name))))
            {
                Directory.CreateDirectory(Path.Combine(folder, split, name));
                await File.WriteAllTextAsync(Path.Combine(folder, split, name, "1.jpg"), "<!DOCTYPE html><html><body>404 not found</body></html>");
            }
            await FailsAsync(Specs.Tiny("html-data") with { Dataset = $"folder:{folder}", Synthetic = null }, "HTML");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_missing_gpu_fails_the_run()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has a CUDA device");
        await FailsAsync(Specs.Tiny("no-gpu") with { Device = "cuda" }, "has no CUDA device");
    }

    [Fact]
    public async Task Missing_weights_fail_the_run() =>
        await FailsAsync(Specs.Tiny("no-weights") with { Weights = "file:/nowhere/b0.safetensors" }, "/nowhere/b0.safetensors");

    [Fact]
    public async Task Official_weights_without_network_fail_the_run_and_name_the_missing_file() => await FailsAsync(
        Specs.Tiny("no-network") with { Weights = "imagenet", Architecture = Architecture.MobileNetV2 }, "mobilenet_v2-7ebf99e0.pth is not in ");

    [Fact]
    public async Task The_official_dataset_without_network_fails_the_run_and_names_the_missing_file() => await FailsAsync(
        Specs.Tiny("no-flowers") with { Dataset = "flowers102", Synthetic = null }, "imagelabels.mat is not in ");

    private async Task FailsAsync(TrainingSpec spec, string expected)
    {
        var job = await registry.Jobs.SubmitAsync(spec);
        var ended = await registry.Jobs.UntilEndedAsync(job.Id);
        Assert.Equal(JobStatus.Failed, ended.Status);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected", ended.Error, StringComparison.Ordinal);
        var run = await registry.Runs.GetAsync(job.RunId!);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(ended.Error, run.Tags["linnaeus.error"]);
    }

    private async Task CheckMetricsAsync(string runId)
    {
        var run = await registry.Runs.GetAsync(runId);
        Assert.Equal(RunStatus.Finished, run.Status);
        foreach (var key in new[] { "train_loss", "train_accuracy", "val_loss", "val_accuracy", "learning_rate", "images_per_second", "epoch_seconds" })
            Assert.Equal(2, run.Metrics[key].Step);
        foreach (var key in new[] { "test_accuracy", "test_top5_accuracy", "test_macro_f1", "test_ece", "robustness_mean_accuracy" })
            Assert.InRange(run.Metrics[key].Value, 0, 1);
        Assert.Equal(1, run.Metrics["test_top5_accuracy"].Value); // three classes
        Assert.InRange(run.Metrics["step_loss"].Step, 1, 2 * 9);
        Assert.Equal("4011391", run.Params["model.parameters"]); // torchvision's B0: 4,007,548 without its head, and 1280 * 3 + 3
        Assert.Equal("36", run.Params["dataset.train"]);
        Assert.Equal(64, run.Params["dataset.fingerprint"].Length);
        Assert.Equal("1", run.Params["dataset.imbalance"]);
        Assert.Equal(0, run.Metrics["near_duplicate_test_images"].Value);
        var balance = JsonDocument.Parse(await ReadTextAsync(runId, "data/class_balance.json")).RootElement;
        Assert.Equal(3, balance.GetProperty("classes").GetArrayLength());
        Assert.Equal(12, balance.GetProperty("smallest").GetProperty("train").GetInt32());
        var duplicates = JsonDocument.Parse(await ReadTextAsync(runId, "data/near_duplicates.json")).RootElement;
        Assert.Equal((0, 10), (duplicates.GetProperty("pairs").GetArrayLength(), duplicates.GetProperty("largest_distance").GetInt32()));
        Assert.Contains("[-45, 45]", run.Params["augmentation.random_rotation"], StringComparison.Ordinal);
        Assert.Equal("weight of each image from Beta(0.2, 0.2)", run.Params["mixing.mixup"]);
        Assert.Equal("p=1, alternating mixup and cutmix, up to epoch 1", run.Params["mixing.batches"]);
    }

    private async Task CheckFiguresAsync(string runId)
    {
        var loss = await ReadTextAsync(runId, "figures/loss.svg");
        Assert.Equal("svg", XDocument.Parse(loss).Root!.Name.LocalName);
        var confusion = XDocument.Parse(await ReadTextAsync(runId, "figures/confusion_matrix.svg"));
        Assert.Equal("svg", confusion.Root!.Name.LocalName);
        foreach (var name in new[] { "accuracy", "per_class", "reliability", "robustness" })
            XDocument.Parse(await ReadTextAsync(runId, $"figures/{name}.svg"));
        foreach (var (path, width, height) in new[] { ("previews/augmentation.png", 3 * 64, 3 * 64), ("previews/mixing.png", 6 * 64, 3 * 64) })
        {
            var preview = ImageDecoder.Decode(await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(runId, path)), path);
            Assert.Equal((width, height), (preview.Width, preview.Height));
        }
    }

    private async Task CheckCheckpointsAsync(string runId)
    {
        var folders = await registry.Artifacts.ListAsync(runId, "checkpoints");
        Assert.Equal(["checkpoints/epoch-0001", "checkpoints/epoch-0002"], folders.Select(folder => folder.Path));
        var files = await registry.Artifacts.ListAsync(runId, "checkpoints/epoch-0002");
        Assert.Equal(
            ["ema.safetensors", "epochs.json", "model.safetensors", "optimizer.safetensors", "state.json"],
            files.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal));
    }

    private async Task CheckEvaluationAsync(string runId)
    {
        var document = JsonDocument.Parse(await ReadTextAsync(runId, "evaluation/test.json")).RootElement;
        var report = document.GetProperty("report");
        Assert.Equal(9, report.GetProperty("predictions").GetArrayLength());
        Assert.Equal(9, report.GetProperty("confusion").EnumerateArray().Sum(row => row.EnumerateArray().Sum(cell => cell.GetInt32())));
        var right = report.GetProperty("predictions").EnumerateArray().Count(p => p.GetProperty("predicted").GetInt32() == p.GetProperty("label").GetInt32());
        Assert.Equal(right / 9.0, report.GetProperty("accuracy").GetDouble(), 9);
        Assert.All(report.GetProperty("predictions").EnumerateArray(), p => Assert.Equal(64, p.GetProperty("sha256").GetString()!.Length));
        var calibration = JsonDocument.Parse(await ReadTextAsync(runId, "evaluation/calibration.json")).RootElement.GetProperty("plain");
        Assert.Equal(9, calibration.GetProperty("bins").EnumerateArray().Sum(bin => bin.GetProperty("images").GetInt32()));
        var robustness = JsonDocument.Parse(await ReadTextAsync(runId, "evaluation/robustness.json")).RootElement.GetProperty("report");
        Assert.Equal((6, 9), (robustness.GetProperty("images").GetInt32(), robustness.GetProperty("split_images").GetInt32()));
        Assert.Equal(7 * 5, robustness.GetProperty("corruptions").EnumerateArray().Sum(c => c.GetProperty("severities").GetArrayLength()));
        var sample = await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(runId, "samples/000.png"));
        Assert.True(ImageDecoder.Decode(sample, "sample").Width >= 64);
    }

    private async Task CheckModelAsync(ModelVersionInfo version, string runId)
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-version-").FullName;
        try
        {
            foreach (var file in version.Files)
                await registry.Artifacts.DownloadFileAsync(ArtifactUri.OfRun(runId, $"model/{file.Path}"), Path.Combine(folder, file.Path), file.Sha256);
            using var model = ModelFolder.Read(folder);
            Assert.Equal(3, model.Description.Classes.Count);
            Assert.Equal(64, model.Description.Preprocessing.ImageSize);
            Assert.Contains(runId, await File.ReadAllTextAsync(Path.Combine(folder, "MLmodel")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task CheckExplanationsAsync(ModelVersionInfo version)
    {
        var uri = $"models:/{version.Name}/{version.Version}";
        var jobs = await registry.Jobs.ListAsync("explain");
        var job = Assert.Single(jobs, job => job.Spec.GetProperty("model").GetString() == uri);
        var ended = await registry.Jobs.UntilEndedAsync(job.Id);
        Assert.True(ended.Status == JobStatus.Succeeded, ended.Error);
        var records = await registry.Explanations.ListAsync(ModelUri.Parse(uri));
        Assert.Equal(2, records.Count(record => record.Method == ExplanationMethod.GradCam));
        Assert.Equal(2, records.Count(record => record.Method == ExplanationMethod.IntegratedGradients));
    }

    /// <summary>One trace runs from the submission through every epoch and the registration to the explanations.</summary>
    private static void CheckTrace(SpanRecorder spans, string? traceparent)
    {
        var trace = traceparent!.Split('-')[1];
        var names = spans.OfTrace(trace);
        foreach (var expected in new[] { "dataset", "epoch 1", "epoch 2", "upload checkpoint", "evaluate", "register", "train", "explain gradcam" }) // "explain" itself ends just after its job
            Assert.Contains(expected, names);
    }

    private async Task<string> ReadTextAsync(string runId, string path) =>
        Encoding.UTF8.GetString(await registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(runId, path)));
}
