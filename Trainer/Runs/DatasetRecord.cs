using System.Globalization;
using System.Text.Json;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.Vision.Data;
using Linnaeus.Vision.Data.Duplicates;

namespace Linnaeus.Trainer.Runs;

/// <summary>Records a run's dataset: facts, class balance, skipped files and near duplicates across splits.</summary>
internal sealed class DatasetRecord(TrainingSpec spec, RunRecord run, ILogger logger)
{
    private const string TestImagesMetric = "near_duplicate_test_images";

    /// <param name="dataset">The run's dataset.</param>
    /// <param name="source">Its location.</param>
    /// <param name="cancellationToken">Checked between images and calls.</param>
    /// <returns>Near duplicates across splits.</returns>
    /// <exception cref="JobFaultException">The dataset changed since the run started.</exception>
    public async Task<IReadOnlyList<NearDuplicate>> WriteAsync(Dataset dataset, string source, CancellationToken cancellationToken)
    {
        var known = await run.GetAsync(cancellationToken);
        RefuseChanged(known, dataset);
        var balance = ClassBalance.Of(dataset);
        var facts = dataset.Describe().Where(fact => fact.Key != "dataset").ToDictionary(); // already recorded by the spec
        facts["dataset.imbalance"] = balance.Imbalance.ToString("0.###", CultureInfo.InvariantCulture);
        await run.LogParamsAsync(facts, cancellationToken);
        var profile = JsonSerializer.Serialize(new { train = dataset.Train.Count, validation = dataset.Validation.Count, test = dataset.Test.Count });
        var digest = dataset.Fingerprint[..32]; // MLflow's limit is 36 characters
        var input = new DatasetInput(spec.Dataset, digest, "local", JsonSerializer.Serialize(new { uri = source }), profile);
        await run.LogInputAsync(input, cancellationToken);
        await WriteBalanceAsync(balance, cancellationToken);
        if (dataset.SkippedFiles.Count > 0)
            await UploadAsync("data/skipped.json", dataset.SkippedFiles, cancellationToken);
        return await WriteDuplicatesAsync(known, dataset, cancellationToken);
    }

    /// <summary>A resumed run must use the same data.</summary>
    private void RefuseChanged(Run known, Dataset dataset)
    {
        if (known.Params.TryGetValue("dataset.fingerprint", out var before) && before != dataset.Fingerprint)
            throw new JobFaultException(
                $"The dataset {spec.Dataset} changed while the run was interrupted: its fingerprint was {before} and is {dataset.Fingerprint} now. "
                + "Submit a new run, or restore the files and submit the same spec again.");
    }

    private async Task WriteBalanceAsync(ClassBalance balance, CancellationToken cancellationToken)
    {
        logger.LogInformation(
            "Training images per class: {Smallest} ({SmallestClass}) to {Largest} ({LargestClass}), imbalance ratio {Imbalance:0.##}",
            balance.Smallest.Train, balance.Smallest.Class, balance.Largest.Train, balance.Largest.Class, balance.Imbalance);
        if (balance.Imbalance > ClassBalance.Notable && spec.ClassBalance == ClassBalancing.None)
            logger.LogWarning("Imbalanced classes: consider class_balance \"oversample\" or \"weights\"");
        await UploadAsync("data/class_balance.json", balance, cancellationToken);
    }

    private async Task<IReadOnlyList<NearDuplicate>> WriteDuplicatesAsync(Run known, Dataset dataset, CancellationToken cancellationToken)
    {
        var pairs = await NearDuplicates.FindAsync(dataset, Environment.ProcessorCount, cancellationToken);
        int Images(string split) => pairs.Where(pair => pair.Split == split).Select(pair => pair.Id).Distinct().Count();
        var (test, validation) = (Images("test"), Images("validation"));
        if (!known.Metrics.ContainsKey(TestImagesMetric)) // already logged when the run is resumed
            await run.LogMetricsAsync(0, [(TestImagesMetric, test)], cancellationToken);
        await UploadAsync("data/near_duplicates.json", new
        {
            TestImages = test,
            ValidationImages = validation,
            NearDuplicates.LargestDistance,
            NearDuplicates.LeastCorrelation,
            Pairs = pairs,
        }, cancellationToken);
        if (test + validation > 0)
            logger.LogWarning(
                "{Test} of {Tests} test images and {Validation} of {Validations} validation images duplicate images of other splits: metrics may be optimistic",
                test, dataset.Test.Count, validation, dataset.Validation.Count);
        return pairs;
    }

    private Task<ModelFile> UploadAsync(string path, object document, CancellationToken cancellationToken) =>
        run.UploadTextAsync(path, JsonSerializer.Serialize(document, ApiJson.Options), cancellationToken);
}
