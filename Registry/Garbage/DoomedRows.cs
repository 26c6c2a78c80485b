using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Jobs;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Tracking;
using Linnaeus.Registry.Uploads;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Garbage;

/// <summary>A deleted row to be removed.</summary>
/// <param name="Folder">Its artifact folder in the Registry's store; null when the artifacts are elsewhere.</param>
internal sealed record Doomed<T>(T Row, string? Folder);

/// <summary>Finds rows that were deleted before a point in time and that no remaining row needs. Read-only.</summary>
public sealed class DoomedRows(RegistryDb db, RegisteredFiles registered)
{
    internal Task<List<DoomedVersion>> VersionsAsync(long before, CancellationToken cancellationToken) =>
        (from version in db.Set<ModelVersion>().IgnoreQueryFilters()
         join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
         where version.DeletedTime < before
         orderby model.Name, version.Version
         select new DoomedVersion(version.ModelId, model.Name, version.Version, version.DeletedTime!.Value)).ToListAsync(cancellationToken);

    internal async Task<List<Doomed<Run>>> RunsAsync(long before, List<KeptGarbage> kept, CancellationToken cancellationToken)
    {
        var doomed = new List<Doomed<Run>>();
        foreach (var run in await db.Set<Run>().Where(r => r.DeletedTime < before).OrderBy(r => r.Id).ToListAsync(cancellationToken))
        {
            if (await KeeperAsync(run, before, cancellationToken) is { } reason) kept.Add(new KeptGarbage("run", run.RunId, reason));
            else doomed.Add(new Doomed<Run>(run, ArtifactPath.FromUri(run.ArtifactUri)));
        }
        return doomed;
    }

    internal async Task<List<Doomed<LoggedModel>>> LoggedModelsAsync(long before, List<KeptGarbage> kept, CancellationToken cancellationToken)
    {
        var doomed = new List<Doomed<LoggedModel>>();
        foreach (var model in await db.Set<LoggedModel>().Where(m => m.DeletedTime < before).OrderBy(m => m.Id).ToListAsync(cancellationToken))
        {
            if (await KeeperAsync(model, before, cancellationToken) is { } reason) kept.Add(new KeptGarbage("logged model", model.ModelId, reason));
            else doomed.Add(new Doomed<LoggedModel>(model, ArtifactPath.FromUri(model.ArtifactUri)));
        }
        return doomed;
    }

    /// <summary>Experiments that are empty without <paramref name="runs"/>.</summary>
    internal async Task<List<Doomed<Experiment>>> ExperimentsAsync(long before, IReadOnlyCollection<Doomed<Run>> runs, List<KeptGarbage> kept,
        CancellationToken cancellationToken)
    {
        var gone = runs.GroupBy(r => r.Row.ExperimentId).ToDictionary(g => g.Key, g => g.Count());
        var doomed = new List<Doomed<Experiment>>();
        foreach (var experiment in await db.Set<Experiment>().Where(e => e.Deleted && e.LastUpdateTime < before && e.Id != DatabaseStartup.DefaultExperimentId)
            .OrderBy(e => e.Id).ToListAsync(cancellationToken))
        {
            var remaining = await db.Set<Run>().CountAsync(r => r.ExperimentId == experiment.Id, cancellationToken) - gone.GetValueOrDefault(experiment.Id);
            var folder = OwnFolder(experiment);
            var id = experiment.Id.ToString(CultureInfo.InvariantCulture);
            if (remaining > 0) kept.Add(new KeptGarbage("experiment", id, $"{remaining} of its runs are kept."));
            else if (folder is not null && await registered.FindBelowAsync(folder, before, cancellationToken) is { } file)
                kept.Add(new KeptGarbage("experiment", id, Holds(file)));
            else doomed.Add(new Doomed<Experiment>(experiment, folder));
        }
        return doomed;
    }

    /// <summary>Why a deleted logged model must be kept, or null.</summary>
    internal async Task<string?> KeeperAsync(LoggedModel model, long before, CancellationToken cancellationToken) =>
        ArtifactPath.FromUri(model.ArtifactUri) is { } folder && await registered.FindBelowAsync(folder, before, cancellationToken) is { } file
            ? Holds(file) : null;

    /// <summary>Why a deleted run must be kept, or null.</summary>
    internal async Task<string?> KeeperAsync(Run run, long before, CancellationToken cancellationToken)
    {
        var maker = await db.Set<ModelVersion>().IgnoreQueryFilters().Where(v => v.RunId == run.RunId && (v.DeletedTime == null || v.DeletedTime >= before))
            .Join(db.Set<RegisteredModel>(), v => v.ModelId, m => m.Id, (v, m) => new { m.Name, v.Version }).FirstOrDefaultAsync(cancellationToken);
        if (maker is not null) return $"It created version {maker.Version} of model '{maker.Name}'.";
        if (ArtifactPath.FromUri(run.ArtifactUri) is { } folder && await registered.FindBelowAsync(folder, before, cancellationToken) is { } file)
            return Holds(file);
        var waiting = db.Set<QueuedJob>().Where(j => (j.Status == JobStates.Queued || j.Status == JobStates.Leased) && j.RunId == run.RunId);
        return await waiting.Select(j => j.JobId).FirstOrDefaultAsync(cancellationToken) is { } job ? $"Job {job} has not ended." : null;
    }

    /// <summary>The experiment's own folder; null for a custom artifact location, which others may share.</summary>
    internal static string? OwnFolder(Experiment experiment)
    {
        var folder = experiment.Id.ToString(CultureInfo.InvariantCulture);
        return ArtifactPath.FromUri(experiment.ArtifactLocation) == folder ? folder : null;
    }

    private static string Holds(RegisteredFile file) => $"It contains '{file.Path}' of version {file.Version} of model '{file.Model}'.";
}

internal sealed record DoomedVersion(long ModelId, string Model, long Version, long DeletedTime);
