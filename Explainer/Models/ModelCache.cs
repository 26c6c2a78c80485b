using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;

namespace Linnaeus.Explainer.Models;

/// <summary>LRU cache of loaded versions. Versions with equal files share one network.</summary>
public sealed class ModelCache(VersionFiles files, ExplainerOptions options) : IDisposable
{
    private readonly Dictionary<string, Entry> entries = [];
    private readonly SemaphoreSlim turn = new(1);
    private long clock;

    /// <summary>A loaded version, kept in memory at least until the rental is disposed.</summary>
    /// <exception cref="ProblemException">The version has no usable checkpoint.</exception>
    public async Task<ModelRental> RentAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        var checksum = VersionChecksum.Of(version);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!entries.TryGetValue(checksum, out var entry))
                entries[checksum] = entry = new Entry(await LoadAsync(version, cancellationToken));
            Interlocked.Increment(ref entry.Rentals);
            entry.LastUse = ++clock;
            Trim();
            return new ModelRental(entry.Version, () => Interlocked.Decrement(ref entry.Rentals));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var entry in entries.Values)
            entry.Version.Dispose();
        turn.Dispose();
    }

    private async Task<LoadedVersion> LoadAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        using var activity = ExplainerTelemetry.Source.StartActivity("load model");
        activity?.SetTag("linnaeus.model", $"models:/{version.Name}/{version.Version}");
        var folder = await files.FetchAsync(version, cancellationToken);
        try
        {
            return LoadedVersion.Of(ModelFolder.Read(folder), options.PathMemoryMiB);
        }
        catch (CheckpointException error)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"models:/{version.Name}/{version.Version} cannot be loaded: {error.Message}", inner: error);
        }
    }

    private void Trim()
    {
        while (entries.Count > options.LoadedModels)
        {
            var oldest = entries.Where(pair => Volatile.Read(ref pair.Value.Rentals) == 0).OrderBy(pair => pair.Value.LastUse).FirstOrDefault();
            if (oldest.Key is null)
                return; // all are in use; trimmed again when one is returned
            entries.Remove(oldest.Key);
            oldest.Value.Version.Dispose();
        }
    }

    private sealed class Entry(LoadedVersion version)
    {
        public LoadedVersion Version { get; } = version;

        public int Rentals;

        public long LastUse;
    }
}

/// <summary>Use of a loaded version; dispose it to give the version back.</summary>
public sealed class ModelRental(LoadedVersion version, Action giveBack) : IDisposable
{
    private Action? giveBack = giveBack;

    public LoadedVersion Version { get; } = version;

    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}
