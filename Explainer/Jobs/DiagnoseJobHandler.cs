using System.Text.Json;
using Linnaeus.Explainer.Diagnosis;
using Linnaeus.Explainer.Engine;
using Linnaeus.Explainer.Models;
using Linnaeus.Explainer.Requests;
using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Data;

namespace Linnaeus.Explainer.Jobs;

/// <summary>Runs an error analysis of a version on a split of its dataset and stores the report.</summary>
public sealed class DiagnoseJobHandler(
    RegisteredVersions versions, ModelCache models, ComputeQueue queue, DiagnosisStore store, ExplainerOptions options) : IJobHandler
{
    public string Kind => "diagnose";

    public async Task<object> RunAsync(HeldLease lease)
    {
        var spec = lease.Job.Spec.Deserialize<DiagnosisSpec>(ApiJson.Options) ?? throw new JobFaultException("The job has no spec.");
        try
        {
            return await RunAsync(lease, spec);
        }
        catch (Exception error) when (error is ProblemException or RegistryException { IsTransient: false })
        {
            throw new JobFaultException(error.Message, error);
        }
    }

    private async Task<object> RunAsync(HeldLease lease, DiagnosisSpec spec)
    {
        var model = ModelUri.Parse(spec.Model);
        var version = await versions.ReadyAsync(model, lease.Token);
        var method = RequestReader.ReadMethod(new MethodParameters { Method = spec.Method, Steps = spec.Steps });
        lease.Report(new JobProgress(0, 1, "opening the dataset"));
        var description = await DescribeAsync(version, lease.Token);
        var dataset = await VersionDataset.OpenAsync(model, description, options, lease.Token);

        var diagnosis = new VersionDiagnosis(version, method, spec, models, queue, lease.Token);
        var samples = await SelectAsync(lease, spec, dataset, diagnosis);
        var (images, errors, cells) = await ExplainAsync(lease, samples, diagnosis);
        lease.Report(new JobProgress(samples.Count, samples.Count, "running the sanity check and writing the report"));
        var report = DiagnosisReports.Of(images, description.Classes, new DiagnosisReport
        {
            Id = lease.Job.Id,
            Model = version.Name,
            Version = version.Version,
            ModelChecksum = VersionChecksum.Of(version),
            Parameters = method.Parameters,
            Dataset = dataset.Name,
            DatasetFingerprint = dataset.Fingerprint,
            Split = spec.Split.Name(),
            Selection = SampleSelection.Describe(spec),
            FocusThreshold = spec.FocusThreshold,
            MapCells = cells,
            Sanity = spec.SanityImages > 0 ? await diagnosis.CheckSanityAsync(Spread(samples, spec.SanityImages)) : null,
            Environment = Summaries.Environment(),
            CreatedAt = DateTimeOffset.UtcNow,
        });
        return await store.SaveAsync(version, report, DiagnosisReports.ContactSheetOf(report, errors), lease.Token);
    }

    private async Task<IReadOnlyList<Sample>> SelectAsync(HeldLease lease, DiagnosisSpec spec, Dataset dataset, VersionDiagnosis diagnosis)
    {
        var samples = SampleSelection.Of(dataset, spec);
        if (spec.WorstErrors is not { } count)
            return samples;
        var losses = new Dictionary<string, double>();
        var seen = 0;
        foreach (var batch in samples.Chunk(options.BatchImages))
        {
            lease.Report(new JobProgress(seen, samples.Count, "finding errors"));
            foreach (var (id, loss) in await diagnosis.ErrorsAsync(batch))
                losses[id] = loss;
            seen += batch.Length;
        }

        var worst = losses.OrderByDescending(pair => pair.Value).Take(count).Select(pair => pair.Key).ToHashSet();
        return worst.Count > 0
            ? [.. samples.Where(sample => worst.Contains(sample.Id))]
            : throw new JobFaultException($"All {samples.Count} predictions are correct: there are no errors to explain. Remove worst_errors.");
    }

    private async Task<(IReadOnlyList<ImageDiagnosis> Images, IReadOnlyList<DiagnosedImage> Errors, int? MapCells)> ExplainAsync(
        HeldLease lease, IReadOnlyList<Sample> samples, VersionDiagnosis diagnosis)
    {
        var images = new List<ImageDiagnosis>();
        IReadOnlyList<DiagnosedImage> errors = [];
        int? cells = null;
        foreach (var batch in samples.Chunk(options.BatchImages))
        {
            lease.Report(new JobProgress(images.Count, samples.Count, "explaining"));
            var found = await diagnosis.ExplainAsync(batch);
            cells = found[0].MapCells;
            images.AddRange(found.Select(one => one.Diagnosis));
            errors = [.. errors.Concat(found.Where(one => one.Image is not null))
                .OrderByDescending(one => one.Diagnosis.Probability).Take(DiagnosisReports.SheetImages)];
        }

        return (images, errors, cells);
    }

    private async Task<ModelDescription> DescribeAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        using var rental = await models.RentAsync(version, cancellationToken);
        return rental.Version.Description;
    }

    /// <summary>An evenly spaced selection, so that all classes can occur.</summary>
    private static IReadOnlyList<Sample> Spread(IReadOnlyList<Sample> samples, int count) =>
        samples.Count <= count ? samples : [.. Enumerable.Range(0, count).Select(i => samples[i * samples.Count / count])];
}
