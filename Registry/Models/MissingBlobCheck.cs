using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;

namespace Linnaeus.Registry.Models;

/// <summary>
/// After the start, looks in the blob store for the files of every version: a store that was killed may have lost what it had acknowledged.
/// Versions with missing files are logged and say so in their status message; the message goes when the files are back.
/// </summary>
public sealed class MissingBlobCheck(IServiceScopeFactory scopes, BlobStore blobs, ILogger<MissingBlobCheck> logger) : BackgroundService
{
    private const string Prefix = "Files missing from the blob store: ";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await CheckAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested && ErrorResponses.IsOutage(exception))
            {
                logger.LogWarning("The check for missing files waits for the database and the blob store: {Reason}", exception.Message);
            }
            await Task.Delay(RetryDelay, stoppingToken);
        }
    }

    /// <summary>Checks every version once and returns how many lack files.</summary>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        await blobs.EnsureContainerAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        var gate = scope.ServiceProvider.GetRequiredService<WriteGate>();
        var stored = await db.ModelVersionFiles.Join(db.Blobs, f => f.Sha256, b => b.Sha256, (_, b) => new { b.Sha256, b.BlobName })
            .Distinct().ToListAsync(cancellationToken);
        var missing = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await Parallel.ForEachAsync(stored, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (blob, token) =>
        {
            if (!await blobs.ExistsAsync(blob.BlobName, token)) missing[blob.Sha256] = true;
        });
        var hashes = missing.Keys.ToList();
        var lacking = (await db.ModelVersionFiles.Where(f => hashes.Contains(f.Sha256)).OrderBy(f => f.Path).ToListAsync(cancellationToken))
            .ToLookup(f => (f.ModelId, f.Version), f => f.Path);

        var versions = await db.ModelVersions.Join(db.RegisteredModels, v => v.ModelId, m => m.Id, (v, m) =>
            new { m.Name, v.ModelId, v.Version, v.StatusMessage }).ToListAsync(cancellationToken);
        foreach (var version in versions)
        {
            var files = lacking[(version.ModelId, version.Version)].ToList();
            var message = files.Count > 0 ? Prefix + string.Join(", ", files)
                : version.StatusMessage?.StartsWith(Prefix, StringComparison.Ordinal) == true ? null : version.StatusMessage;
            if (files.Count > 0) logger.LogError("Version {Version} of model {Model} lacks files in the blob store: {Files}. Upload them to its run again.", version.Version, version.Name, files);
            if (message == version.StatusMessage) continue;
            await gate.WriteAsync(db, token => db.ModelVersions.Where(v => v.ModelId == version.ModelId && v.Version == version.Version)
                .ExecuteUpdateAsync(s => s.SetProperty(v => v.StatusMessage, message), token), cancellationToken);
        }
        return lacking.Count;
    }
}
