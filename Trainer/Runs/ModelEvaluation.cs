using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Vision.Augmentation;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Evaluation;
using Linnaeus.Vision.Figures;
using Linnaeus.Vision.Networks;
using Linnaeus.Vision.Robustness;

namespace Linnaeus.Trainer.Runs;

/// <summary>
/// Evaluates the selected weights and records the results with the run: <c>evaluation/test.json</c> (with every prediction),
/// <c>evaluation/calibration.json</c>, <c>evaluation/robustness.json</c>, their figures as SVG and metrics. Equal weights give equal files.
/// </summary>
internal sealed class ModelEvaluation(TrainingSpec spec, TrainingSetup setup, RunRecord run, HeldLease lease)
{
    private const string Split = "test";

    /// <param name="network">The selected weights.</param>
    /// <param name="epoch">Their epoch.</param>
    public async Task<ModelReport> RunAsync(ImageClassifier network, int epoch)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("evaluate");
        Report("evaluating");
        var test = Evaluator.Run(network, setup.Sources.Test.ReadEpoch(1, 0, lease.Token), lease.Token);
        var temperature = setup.Sources.Validation is { } validation
            ? TemperatureScaling.Fit(Evaluator.Predict(network, validation.ReadEpoch(1, 0, lease.Token), lease.Token)) : null;
        var report = new ModelReport
        {
            Test = test,
            Calibration = Calibration.Evaluate(test.Predictions),
            Temperature = temperature,
            Scaled = temperature is { } t ? Calibration.Evaluate(TemperatureScaling.Apply(test.Predictions, t)) : null,
            DistinctAccuracy = DistinctAccuracy(test),
            Robustness = spec.Robustness ? MeasureRobustness(network) : null,
        };
        activity?.SetTag("linnaeus.images", test.Images).SetTag("linnaeus.test_accuracy", test.Accuracy);
        await WriteAsync(report, epoch);
        return report;
    }

    private double? DistinctAccuracy(EvaluationReport test)
    {
        var repeated = setup.NearDuplicates.Where(pair => pair.Split == Split).Select(pair => pair.Id).ToHashSet();
        var distinct = test.Predictions.Where(prediction => !repeated.Contains(prediction.Id)).ToList();
        return distinct.Count == 0 || distinct.Count == test.Images ? null : distinct.Average(prediction => prediction.Correct ? 1.0 : 0);
    }

    private RobustnessReport MeasureRobustness(ImageClassifier network)
    {
        using var activity = TrainerTelemetry.Source.StartActivity("robustness");
        var preprocessing = setup.Sources.Preprocessing;
        var suite = new RobustnessSuite(setup.Dataset.Test, new RobustnessOptions
        {
            ImageSize = spec.ImageSize,
            BatchSize = spec.BatchSize,
            Normalization = new Normalization(preprocessing.Mean, preprocessing.Std),
            MaxImages = spec.RobustnessImages,
            Seed = spec.Seed,
        });
        return suite.Run(network, setup.Device, done => Report($"robustness: {done} of {suite.Images} images"), lease.Token);
    }

    private void Report(string message)
    {
        var steps = (long)spec.Epochs * setup.StepsPerEpoch;
        lease.Report(new JobProgress(steps, steps, message));
    }

    private async Task WriteAsync(ModelReport report, int epoch)
    {
        var (test, classes, fingerprint) = (report.Test, setup.Dataset.Classes, setup.Dataset.Fingerprint);
        await run.LogMetricsAsync(spec.Epochs, report.Figures().Select(pair => (pair.Key, (double?)pair.Value)), lease.Token);
        await UploadAsync("evaluation/test.json", new
        {
            Split,
            epoch,
            classes,
            fingerprint,
            report = test with { Predictions = Recorded(test.Predictions) },
            report.DistinctAccuracy,
        });
        await UploadAsync("evaluation/calibration.json", new { Split, epoch, fingerprint, report.Temperature, Plain = report.Calibration, report.Scaled });
        await UploadFigureAsync("confusion_matrix", ConfusionMatrixFigure.Draw(test.Confusion, classes));
        await UploadFigureAsync("per_class", PerClassFigure.Draw(test.PerClass, classes));
        await UploadFigureAsync("reliability", ReliabilityFigure.Draw(report.Calibration, report.Scaled, report.Temperature));
        if (report.Robustness is not { } robustness)
            return;
        await UploadAsync("evaluation/robustness.json", new { Split, epoch, fingerprint, Report = robustness });
        await UploadFigureAsync("robustness", RobustnessFigure.Draw(robustness));
    }

    /// <summary>Predictions with image checksums for comparing versions; without logits, to keep the document small.</summary>
    private List<Prediction> Recorded(IReadOnlyList<Prediction> predictions)
    {
        var checksums = setup.Dataset.Test.ToDictionary(sample => sample.Id, sample => sample.Sha256);
        return [.. predictions.Select(prediction => prediction with { Logits = null, Sha256 = checksums[prediction.Id] })];
    }

    private Task<ModelFile> UploadAsync(string path, object document) =>
        run.UploadTextAsync(path, JsonSerializer.Serialize(document, ApiJson.Options), lease.Token);

    private Task<ModelFile> UploadFigureAsync(string name, string svg) => run.UploadTextAsync($"figures/{name}.svg", svg, lease.Token);
}
