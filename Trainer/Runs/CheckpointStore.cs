using System.Net;
using Linnaeus.Registry.Client;
using Linnaeus.Vision.Checkpoints;
using Linnaeus.Vision.Training;

namespace Linnaeus.Trainer.Runs;

/// <summary>
/// Resumable checkpoints among the run's artifacts: <c>checkpoints/epoch-0003</c> after three epochs,
/// <c>checkpoints/epoch-0003-step-00000123</c> when stopped during the fourth. <c>state.json</c> is uploaded last and deleted first, so
/// a folder that has it is complete. The last two and the best epoch's are kept.
/// </summary>
internal sealed class CheckpointStore(RunRecord run, string scratch, ILogger logger)
{
    private const string Root = "checkpoints";
    private const int Kept = 2;

    /// <summary>Restores <paramref name="loop"/> from the newest valid checkpoint.</summary>
    /// <returns>The learning curve so far, or null when the run starts from the beginning.</returns>
    public async Task<LearningCurve?> ResumeAsync(TrainingLoop loop, CancellationToken cancellationToken)
    {
        foreach (var name in (await NamesAsync(cancellationToken)).Reverse())
        {
            var folder = Path.Combine(scratch, "resume");
            try
            {
                if (!await DownloadAsync(name, folder, cancellationToken))
                    continue;
                loop.Restore(folder);
                logger.LogInformation("Run {RunId} resumes from {Checkpoint}", run.RunId, name);
                return LearningCurve.Read(Path.Combine(folder, LearningCurve.FileName));
            }
            catch (CheckpointException error)
            {
                logger.LogWarning("Checkpoint {Checkpoint} of run {RunId} skipped: {Reason}", name, run.RunId, error.Message);
            }
            finally
            {
                Remove(folder);
            }
        }
        return null;
    }

    /// <summary>Saves a checkpoint, then deletes checkpoints that are no longer needed.</summary>
    public async Task SaveAsync(TrainingLoop loop, LearningCurve curve, int stepsPerEpoch, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(scratch, "checkpoint");
        try
        {
            loop.Save(folder);
            curve.Write(Path.Combine(folder, LearningCurve.FileName));
            var name = NameOf(loop.Epoch, loop.GlobalStep - ((long)loop.Epoch * stepsPerEpoch));
            foreach (var file in Directory.GetFiles(folder).OrderBy(file => Path.GetFileName(file) == TrainingCheckpoint.StateFile))
                await run.UploadFileAsync($"{Root}/{name}/{Path.GetFileName(file)}", file, cancellationToken);
        }
        finally
        {
            Remove(folder);
        }
        await PruneAsync(curve.BestEpoch, cancellationToken);
    }

    /// <summary>Downloads the weights after <paramref name="epoch"/>: the EMA weights if enabled.</summary>
    /// <returns>The local safetensors file.</returns>
    public async Task<string> WeightsAsync(int epoch, bool averaged, CancellationToken cancellationToken)
    {
        var file = averaged ? TrainingCheckpoint.AverageFile : TrainingCheckpoint.ModelFile;
        var local = Path.Combine(scratch, "best.safetensors");
        await run.DownloadAsync($"{Root}/{NameOf(epoch, 0)}/{file}", local, cancellationToken);
        return local;
    }

    private static string NameOf(int epoch, long step) => step == 0 ? $"epoch-{epoch:0000}" : $"epoch-{epoch:0000}-step-{step:00000000}";

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private async Task PruneAsync(int? best, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(cancellationToken);
        foreach (var name in names.SkipLast(Kept).Where(name => best is null || name != NameOf(best.Value, 0)))
        {
            await DeleteAsync($"{Root}/{name}/{TrainingCheckpoint.StateFile}", cancellationToken);
            await DeleteAsync($"{Root}/{name}", cancellationToken);
        }
    }

    private async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await run.DeleteAsync(path, cancellationToken);
        }
        catch (RegistryException error) when (error.Status == HttpStatusCode.NotFound)
        {
            logger.LogDebug("{Path} was already gone", path); // an earlier deletion was interrupted
        }
    }

    /// <summary>Folder names, oldest first (names sort by step).</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken)
    {
        var entries = await run.ListAsync(Root, cancellationToken);
        return [.. entries.Where(entry => entry.IsDir).Select(entry => Path.GetFileName(entry.Path)).Order(StringComparer.Ordinal)];
    }

    /// <returns>False when the checkpoint is incomplete.</returns>
    private async Task<bool> DownloadAsync(string name, string folder, CancellationToken cancellationToken)
    {
        var entries = await run.ListAsync($"{Root}/{name}", cancellationToken);
        var files = entries.Where(entry => !entry.IsDir).Select(entry => Path.GetFileName(entry.Path)).ToArray();
        if (!files.Contains(TrainingCheckpoint.StateFile) || !files.Contains(LearningCurve.FileName))
            return false;
        Directory.CreateDirectory(folder);
        foreach (var file in files)
            await run.DownloadAsync($"{Root}/{name}/{file}", Path.Combine(folder, file), cancellationToken);
        return true;
    }
}
