using System.Globalization;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Data.Migrations;
using Linnaeus.Registry.Models;
using Linnaeus.Registry.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Garbage;

/// <summary>
/// Purges deleted rows and orphaned blobs. Every version, run, logged model and experiment is removed in its own transaction, which checks
/// again under locks, so that data restored, registered or uploaded meanwhile is kept. A blob is removed from the database before the
/// store, so the next collection finishes an interrupted one.
/// </summary>
public sealed class GarbageCollection(RegistryDb db, WriteGate gate, DoomedRows doomed, GarbagePreview preview, ArtifactFiles artifacts,
    UnboundBlobs unbound, TimeProvider time)
{
    private const int Batch = 200;

    /// <summary>Age after which an unfinished upload counts as interrupted.</summary>
    private static readonly TimeSpan UploadPatience = TimeSpan.FromDays(1);

    public async Task<GarbageReport> CollectAsync(GarbageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var deletedBefore = time.GetUtcNow() - TimeSpan.FromDays(request.OlderThanDays);
        // Times are stored in whole milliseconds, so include the current one.
        var before = deletedBefore.ToUnixTimeMilliseconds() + 1;
        var kept = new List<KeptGarbage>();
        var versions = await doomed.VersionsAsync(before, cancellationToken);
        if (!request.DryRun) versions = await WhereAsync(versions, version => RemoveAsync(version, before, cancellationToken));
        var runs = await doomed.RunsAsync(before, kept, cancellationToken);
        var runSizes = await SizesAsync(runs, cancellationToken);
        if (!request.DryRun) runs = await WhereAsync(runs, run => RemoveAsync(run, before, cancellationToken));
        var models = await doomed.LoggedModelsAsync(before, kept, cancellationToken);
        var modelSizes = await SizesAsync(models, cancellationToken);
        if (!request.DryRun) models = await WhereAsync(models, model => RemoveAsync(model, before, cancellationToken));
        var experiments = await doomed.ExperimentsAsync(before, request.DryRun ? runs : [], kept, cancellationToken);
        if (!request.DryRun) experiments = await WhereAsync(experiments, experiment => RemoveAsync(experiment, before, cancellationToken));
        var folders = runs.Select(r => r.Folder).Concat(models.Select(m => m.Folder)).Concat(experiments.Select(e => e.Folder)).OfType<string>();
        var blobs = request.DryRun
            ? [.. await preview.BlobsAsync(versions, folders, cancellationToken), .. await UnboundAsync(cancellationToken)]
            : await RemoveBlobsAsync(cancellationToken);
        return new GarbageReport
        {
            DryRun = request.DryRun,
            DeletedBefore = deletedBefore,
            Versions = versions.ConvertAll(v => new GarbageVersion(v.Model, Text(v.Version), At(v.DeletedTime))),
            Runs = runs.ConvertAll(r => new GarbageRun(r.Row.RunId, r.Row.Name, Text(r.Row.ExperimentId), At(r.Row.DeletedTime!.Value),
                runSizes[r].Files, runSizes[r].Bytes)),
            LoggedModels = models.ConvertAll(m => new GarbageLoggedModel(m.Row.ModelId, m.Row.Name, Text(m.Row.ExperimentId), At(m.Row.DeletedTime!.Value),
                modelSizes[m].Files, modelSizes[m].Bytes)),
            Experiments = experiments.ConvertAll(e => new GarbageExperiment(Text(e.Row.Id), e.Row.Name, At(e.Row.LastUpdateTime))),
            Blobs = blobs,
            Bytes = blobs.Sum(b => b.Bytes),
            Kept = kept,
        };
    }

    private async Task<Dictionary<Doomed<T>, (long Files, long Bytes)>> SizesAsync<T>(List<Doomed<T>> rows, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<Doomed<T>, (long, long)>();
        foreach (var row in rows)
        {
            var files = row.Folder is null ? [] : await artifacts.FilesBelowAsync(row.Folder, cancellationToken);
            sizes[row] = (files.Count, files.Sum(f => f.Size));
        }
        return sizes;
    }

    private Task<bool> RemoveAsync(DoomedVersion version, long before, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        if (await db.Set<ModelVersion>().IgnoreQueryFilters().Where(v => v.ModelId == version.ModelId && v.Version == version.Version && v.DeletedTime < before)
            .ExecuteDeleteAsync(token) == 0) return false;
        var number = Text(version.Version);
        await db.Set<StoredExplanation>().Where(e => e.Model == version.Model && e.Version == number).ExecuteDeleteAsync(token);
        return true;
    }, cancellationToken);

    private Task<bool> RemoveAsync(Doomed<Run> run, long before, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var row = db.Set<Run>().Where(r => r.Id == run.Row.Id && r.DeletedTime < before);
        // Locks the row, then the artifacts, in the same order as restoration and registration, so that the later one sees the earlier.
        if (await row.ExecuteUpdateAsync(s => s.SetProperty(r => r.DeletedTime, r => r.DeletedTime), token) == 0) return false;
        if (run.Folder is not null) await LockAsync(run.Folder, token);
        if (await doomed.KeeperAsync(run.Row, before, token) is not null) return false;
        if (run.Folder is not null) await Below(run.Folder).ExecuteDeleteAsync(token);
        await row.ExecuteDeleteAsync(token);
        return true;
    }, cancellationToken);

    private Task<bool> RemoveAsync(Doomed<LoggedModel> model, long before, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var row = db.Set<LoggedModel>().Where(m => m.Id == model.Row.Id && m.DeletedTime < before);
        if (await row.ExecuteUpdateAsync(s => s.SetProperty(m => m.DeletedTime, m => m.DeletedTime), token) == 0) return false;
        if (model.Folder is not null) await LockAsync(model.Folder, token);
        if (await doomed.KeeperAsync(model.Row, before, token) is not null) return false;
        if (model.Folder is not null) await Below(model.Folder).ExecuteDeleteAsync(token);
        await row.ExecuteDeleteAsync(token);
        return true;
    }, cancellationToken);

    private Task<bool> RemoveAsync(Doomed<Experiment> experiment, long before, CancellationToken cancellationToken) => gate.WriteAsync(db, async token =>
    {
        var row = db.Set<Experiment>().Where(e => e.Id == experiment.Row.Id && e.Deleted && e.LastUpdateTime < before);
        if (await row.ExecuteUpdateAsync(s => s.SetProperty(e => e.Deleted, e => e.Deleted), token) == 0) return false;
        if (experiment.Folder is not null) await LockAsync(experiment.Folder, token);
        if (!(await doomed.ExperimentsAsync(before, [], [], token)).Exists(e => e.Row.Id == experiment.Row.Id)) return false;
        if (experiment.Folder is not null) await Below(experiment.Folder).ExecuteDeleteAsync(token);
        await row.ExecuteDeleteAsync(token);
        return true;
    }, cancellationToken);

    private async Task<List<GarbageBlob>> RemoveBlobsAsync(CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>();
        while (true)
        {
            var taken = await gate.WriteAsync(db, async token =>
            {
                var candidates = await GarbagePreview.Unreferenced(db).OrderBy(b => b.Sha256).Select(b => b.Sha256).Take(Batch).ToListAsync(token);
                if (candidates.Count == 0) return null;
                if (db.Database.IsNpgsql())
                    await new SqlText("SELECT 1 FROM blobs WHERE sha256 IN ").Values(candidates).Add(" ORDER BY sha256 FOR UPDATE").ExecuteAsync(db, token);
                var free = GarbagePreview.Unreferenced(db).Where(b => candidates.Contains(b.Sha256));
                var rows = await free.ToListAsync(token);
                await free.ExecuteDeleteAsync(token);
                foreach (var row in rows) await unbound.AbandonAsync(row.BlobName, row.Size, token);
                return rows;
            }, cancellationToken);
            if (taken is null) break;
            foreach (var blob in taken) hashes[blob.BlobName] = blob.Sha256;
        }
        var removed = await WhereAsync(await UnboundAsync(cancellationToken), blob => unbound.RemoveAsync(blob.Name, cancellationToken));
        return removed.ConvertAll(b => b with { Sha256 = hashes.GetValueOrDefault(b.Name) });
    }

    /// <summary>Abandoned blobs and interrupted uploads.</summary>
    private async Task<List<GarbageBlob>> UnboundAsync(CancellationToken cancellationToken)
    {
        var began = (time.GetUtcNow() - UploadPatience).ToUnixTimeMilliseconds();
        return await db.Set<UnboundBlob>().Where(b => b.AbandonedTime != null || b.CreationTime < began).OrderBy(b => b.BlobName)
            .Select(b => new GarbageBlob(b.BlobName, b.Size, null)).ToListAsync(cancellationToken);
    }

    private async Task LockAsync(string folder, CancellationToken cancellationToken)
    {
        var (from, to) = ArtifactPath.Below(folder);
        if (db.Database.IsNpgsql())
            await new SqlText("SELECT 1 FROM artifacts WHERE path >= ").Value(from).Add(" AND path < ").Value(to).Add(" ORDER BY path FOR UPDATE")
                .ExecuteAsync(db, cancellationToken);
    }

    private IQueryable<Artifact> Below(string folder)
    {
        var (from, to) = ArtifactPath.Below(folder);
        return db.Set<Artifact>().Where(a => string.Compare(a.Path, from) >= 0 && string.Compare(a.Path, to) < 0);
    }

    private static async Task<List<T>> WhereAsync<T>(List<T> items, Func<T, Task<bool>> condition)
    {
        var kept = new List<T>();
        foreach (var item in items)
            if (await condition(item)) kept.Add(item);
        return kept;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
