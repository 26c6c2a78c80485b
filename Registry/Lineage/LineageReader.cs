using System.Diagnostics;
using System.Globalization;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Jobs;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Lineage;

/// <summary>Reads the lineage of a version.</summary>
public sealed class LineageReader(RegistryDb db, RunReader runs)
{
    private const int MostExplanations = 1000;

    /// <summary>The Trainer's param, since MLflow's dataset digest is shorter.</summary>
    private const string FingerprintParam = "dataset.fingerprint";

    public async Task<VersionLineage> ReadAsync(VersionDetails details, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(details);
        var version = details.Version;
        var run = version.RunId is null ? null : await runs.FindAsync(version.RunId, cancellationToken);
        var job = run is null ? null : await JobAsync(run, cancellationToken);
        return new VersionLineage
        {
            Model = details.Name,
            Version = version.Version.ToString(CultureInfo.InvariantCulture),
            Run = run is null ? null : await DescribeAsync(run.Run, cancellationToken),
            Job = job is null ? null : new LineageJob(job.Id, job.Status, job.CreatedAt, job.StartedAt, job.EndedAt),
            Spec = job?.Spec,
            Dataset = run is null ? null : Dataset(run),
            Parent = await ParentAsync(version, cancellationToken),
            Children = await ChildrenAsync(version, cancellationToken),
            Explanations = await ExplanationsAsync(details, cancellationToken),
            TraceId = TraceId(version.Traceparent) ?? TraceId(job?.Traceparent),
        };
    }

    private async Task<LineageRun> DescribeAsync(Run run, CancellationToken cancellationToken)
    {
        var experiment = await db.Set<Experiment>().Where(e => e.Id == run.ExperimentId).Select(e => e.Name).SingleAsync(cancellationToken);
        return new LineageRun(run.RunId, run.Name, run.ExperimentId.ToString(CultureInfo.InvariantCulture), experiment, run.Status,
            run.DeletedTime is not null);
    }

    private async Task<Job?> JobAsync(RunDetails run, CancellationToken cancellationToken)
    {
        var id = Value(run.Tags, RunTags.Job);
        var job = id is null ? null : await db.Set<QueuedJob>().FirstOrDefaultAsync(j => j.JobId == id, cancellationToken);
        return job?.ToContract();
    }

    private static LineageDataset? Dataset(RunDetails run)
    {
        var input = run.Datasets.Count == 0 ? null : run.Datasets[0].Dataset;
        var fingerprint = Value(run.Params, FingerprintParam) ?? input?.Digest;
        return fingerprint is null ? null : new LineageDataset(Value(run.Tags, RunTags.Dataset) ?? input?.Name ?? "", fingerprint);
    }

    private async Task<VersionReference?> ParentAsync(ModelVersion version, CancellationToken cancellationToken) =>
        version.ParentModelId is null ? null
            : (await References(v => v.ModelId == version.ParentModelId && v.Version == version.ParentVersion).ToListAsync(cancellationToken))
                .Select(Contract).SingleOrDefault();

    private async Task<List<VersionReference>> ChildrenAsync(ModelVersion version, CancellationToken cancellationToken) =>
        (await References(v => v.ParentModelId == version.ModelId && v.ParentVersion == version.Version).ToListAsync(cancellationToken))
            .ConvertAll(Contract);

    private IQueryable<FoundReference> References(System.Linq.Expressions.Expression<Func<ModelVersion, bool>> condition) =>
        from version in db.Set<ModelVersion>().IgnoreQueryFilters().Where(condition)
        join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
        orderby model.Name, version.Version
        select new FoundReference(model.Name, version.Version, version.DeletedTime != null);

    private async Task<List<ExplanationRecord>> ExplanationsAsync(VersionDetails details, CancellationToken cancellationToken)
    {
        var number = details.Version.Version.ToString(CultureInfo.InvariantCulture);
        var stored = await db.Set<StoredExplanation>().Where(e => e.Model == details.Name && e.Version == number)
            .OrderByDescending(e => e.CreationTime).ThenBy(e => e.Id).Take(MostExplanations).ToListAsync(cancellationToken);
        return stored.ConvertAll(e => e.ToContract());
    }

    private static VersionReference Contract(FoundReference found) =>
        new(found.Model, found.Version.ToString(CultureInfo.InvariantCulture), found.Deleted);

    private static string? TraceId(string? traceparent) =>
        ActivityContext.TryParse(traceparent, null, out var context) ? context.TraceId.ToHexString() : null;

    private static string? Value(List<KeyValuePair<string, string>> pairs, string key) =>
        pairs.Where(pair => pair.Key == key).Select(pair => pair.Value).FirstOrDefault();

    private sealed record FoundReference(string Model, long Version, bool Deleted);
}
