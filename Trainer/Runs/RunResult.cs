using System.Globalization;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Networks;

namespace Linnaeus.Trainer.Runs;

/// <summary>
/// Registers the result of a run: the model folder and the model version. Repeating it after an interruption gives the same
/// files and so the same version.
/// </summary>
internal sealed class RunResult(TrainingSpec spec, Job job, TrainingSetup setup, RunRecord run, string scratch, CancellationToken cancellationToken)
{
    private const string ModelPath = "model";

    /// <summary>Uploads the model folder and registers it as the next version, READY once the Registry has verified every file.</summary>
    public async Task<ModelVersionInfo> RegisterAsync(ImageClassifier network, ModelReport report, int epoch)
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
        var request = new RegisterVersionRequest(run.RunId, ModelPath, files, Summary(report), Tags(report, epoch));
        var version = await run.PatientlyAsync(() => run.Registry.ModelVersions.RegisterAsync(spec.Model, request, cancellationToken), cancellationToken);
        activity?.SetTag("linnaeus.model", $"models:/{version.Name}/{version.Version}");
        return version;
    }

    private ModelDescription Describe(ImageClassifier network, ModelReport report) => new()
    {
        Architecture = network.Architecture.Name(),
        Classes = setup.Dataset.Classes,
        Preprocessing = setup.Sources.Preprocessing,
        TrainingSpec = job.Spec,
        DatasetFingerprint = setup.Dataset.Fingerprint,
        Temperature = report.Temperature,
        Metrics = report.Figures(),
    };

    private string Summary(ModelReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{spec.Name ?? "Run " + run.RunId}: {spec.Architecture.Name()} on {spec.Dataset}, {report.Test.Accuracy:0.0%} of {report.Test.Images} test images");

    private Dictionary<string, string> Tags(ModelReport report, int epoch)
    {
        var tags = report.Figures().ToDictionary(pair => pair.Key, pair => pair.Value.ToString("R", CultureInfo.InvariantCulture));
        tags["architecture"] = spec.Architecture.Name();
        tags["dataset"] = spec.Dataset;
        tags["dataset_fingerprint"] = setup.Dataset.Fingerprint;
        tags["augmentation"] = spec.Augmentation.Name();
        tags["epoch"] = epoch.ToString(CultureInfo.InvariantCulture);
        tags["weights"] = spec.EmaDecay is null ? "trained" : "averaged";
        return tags;
    }
}
