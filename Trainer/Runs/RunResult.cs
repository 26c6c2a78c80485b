using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Figures;
using Linnaeus.Vision.Models;

namespace Linnaeus.Trainer.Runs;

/// <summary>
/// What remains of a finished training: the test evaluation, the model folder and the registered version. Doing it again after an
/// interruption gives the same files and so the same version.
/// </summary>
internal sealed class RunResult(TrainingSpec spec, Job job, TrainingSetup setup, RunRecord run, string scratch, CancellationToken cancellationToken)
{
    private const string ModelPath = "model";

    /// <summary>Evaluates on the test split and stores the report, per-image predictions and the confusion matrix.</summary>
    /// <param name="network">The weights that are going to be registered.</param>
    /// <param name="epoch">The epoch they are of.</param>
    public async Task<EvaluationReport> EvaluateAsync(ImageClassifier network, int epoch)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("evaluate");
        var report = Evaluator.Run(network, setup.Sources.Test.ReadEpoch(1, 0, cancellationToken), cancellationToken);
        activity?.SetTag("linnaeus.images", report.Images).SetTag("linnaeus.test_accuracy", report.Accuracy);
        await run.LogMetricsAsync(spec.Epochs, Figures(report).Select(pair => (pair.Key, (double?)pair.Value)), cancellationToken);
        var document = new { Split = "test", Epoch = epoch, setup.Dataset.Classes, setup.Dataset.Fingerprint, Report = report };
        await run.UploadTextAsync("evaluation/test.json", JsonSerializer.Serialize(document, RegistryJson.Options), cancellationToken);
        await run.UploadTextAsync("figures/confusion_matrix.svg", ConfusionMatrixFigure.Draw(report.Confusion, setup.Dataset.Classes), cancellationToken);
        return report;
    }

    /// <summary>Uploads the model folder and registers it as the next version, READY once the Registry has verified every file.</summary>
    public async Task<ModelVersionInfo> RegisterAsync(ImageClassifier network, EvaluationReport report, int epoch)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("register");
        var folder = Path.Combine(scratch, ModelPath);
        ModelFolder.Write(folder, network, Describe(network, report), new MlflowModelInfo(run.RunId, ModelPath, job.CreatedAt, job.RunId));
        var files = new List<ModelFile>();
        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            files.Add(await run.UploadFileAsync($"{ModelPath}/{name}", file, cancellationToken) with { Path = name });
        }
        var request = new RegisterVersionRequest(run.RunId, ModelPath, files, Summary(report));
        var version = await run.PatientlyAsync(() => run.Registry.ModelVersions.RegisterAsync(spec.Model, request, cancellationToken), cancellationToken);
        activity?.SetTag("linnaeus.model", $"models:/{version.Name}/{version.Version}");
        foreach (var (key, value) in Tags(report, epoch))
            await run.PatientlyAsync(
                () => run.Registry.ModelVersions.SetTagAsync(version.Name, version.Version, key, value, cancellationToken), cancellationToken);
        return version;
    }

    private static Dictionary<string, double> Figures(EvaluationReport report) => new()
    {
        ["test_accuracy"] = report.Accuracy,
        ["test_top5_accuracy"] = report.Top5Accuracy,
        ["test_loss"] = report.Loss,
        ["test_macro_f1"] = report.MacroF1,
    };

    private ModelDescription Describe(ImageClassifier network, EvaluationReport report) => new()
    {
        Architecture = network.Architecture,
        Classes = setup.Dataset.Classes,
        Preprocessing = setup.Sources.Preprocessing,
        TrainingSpec = job.Spec,
        DatasetFingerprint = setup.Dataset.Fingerprint,
        Metrics = Figures(report),
    };

    private string Summary(EvaluationReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{spec.Name ?? "Run " + run.RunId}: {spec.Architecture} on {spec.Dataset}, {report.Accuracy:0.0%} of {report.Images} test images");

    private Dictionary<string, string> Tags(EvaluationReport report, int epoch)
    {
        var tags = Figures(report).ToDictionary(pair => pair.Key, pair => pair.Value.ToString("R", CultureInfo.InvariantCulture));
        tags["architecture"] = spec.Architecture;
        tags["dataset"] = spec.Dataset;
        tags["dataset_fingerprint"] = setup.Dataset.Fingerprint;
        tags["augmentation"] = spec.Augmentation;
        tags["epoch"] = epoch.ToString(CultureInfo.InvariantCulture);
        tags["weights"] = spec.EmaDecay is null ? "trained" : "averaged";
        return tags;
    }
}
