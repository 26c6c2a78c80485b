using System.Collections.Concurrent;
using Linnaeus.Registry.Artifacts;
using Linnaeus.Registry.Data;
using Linnaeus.Registry.Http;
using Microsoft.EntityFrameworkCore;
using OpenTelemetry;

namespace Linnaeus.Registry.Models;

/// <summary>
/// Checks the files of every version after startup, since a killed blob store may lose acknowledged writes.
/// Versions with missing files are logged, marked in their status, and reported by the health check <c>versions</c>. The
/// check repeats until all files are back, which clears the marks.
/// </summary>
public sealed class MissingBlobCheck(IServiceScopeFactory scopes, BlobStore blobs, TimeProvider time, ILogger<MissingBlobCheck> logger) : BackgroundService
{
    private const string Prefix = "Files missing from the blob store: ";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>Versions with missing files at the last check, as <c>models:/NAME/VERSION</c>.</summary>
    public IReadOnlyList<string> Lacking { get; private set; } = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        while (true)
        {
            var delay = Period;
            try
            {
                if (await CheckAsync(stoppingToken) == 0) return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested && ErrorResponses.IsOutage(exception))
            {
                logger.LogWarning("Check for missing files postponed: database or blob store unavailable: {Reason}", exception.Message);
                delay = RetryDelay;
            }
            await Task.Delay(delay, time, stoppingToken);
        }
    }

    /// <summary>Checks every version once and returns how many have missing files.</summary>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        await blobs.EnsureContainerAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RegistryDb>();
        var gate = scope.ServiceProvider.GetRequiredService<WriteGate>();
        var store = scope.ServiceProvider.GetRequiredService<VersionStore>();
        var missing = await MissingAsync(db, cancellationToken);
        var versions = await db.Set<ModelVersion>().Join(db.Set<RegisteredModel>(), v => v.ModelId, m => m.Id, (v, m) =>
            new { m.Name, v.ModelId, v.Version, v.StatusMessage, v.RunId }).ToListAsync(cancellationToken);
        var lacking = new List<string>();
        foreach (var version in versions)
        {
            var files = missing[(version.ModelId, version.Version)].ToList();
            if (files.Count > 0)
            {
                lacking.Add($"models:/{version.Name}/{version.Version}");
                logger.LogError("Version {Version} of model {Model} has files missing from the blob store: {Files}. Upload them again to run {RunId}.",
                    version.Version, version.Name, files, version.RunId);
            }
            else if (version.StatusMessage?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            {
                continue;
            }
            var message = files.Count > 0 ? Prefix + string.Join(", ", files) : null;
            if (message != version.StatusMessage)
                await gate.WriteAsync(db, token => store.MarkAsync(version.ModelId, version.Version, message, token), cancellationToken);
        }
        Lacking = lacking;
        return lacking.Count;
    }

    /// <summary>Paths of the missing files by version.</summary>
    private async Task<ILookup<(long ModelId, long Version), string>> MissingAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var stored = await db.Set<ModelVersionFile>().Join(db.Set<StoredBlob>(), f => f.Sha256, b => b.Sha256, (_, b) => new { b.Sha256, b.BlobName })
            .Distinct().ToListAsync(cancellationToken);
        var missing = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(stored, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (blob, token) =>
        {
            if (!await blobs.ExistsAsync(blob.BlobName, token)) missing.Add(blob.Sha256);
        });
        var hashes = missing.ToList();
        return (await db.Set<ModelVersionFile>().Where(f => hashes.Contains(f.Sha256)).OrderBy(f => f.Path).ToListAsync(cancellationToken))
            .ToLookup(f => (f.ModelId, f.Version), f => f.Path);
    }
}
