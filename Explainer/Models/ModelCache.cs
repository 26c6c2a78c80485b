using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Checkpoints;

namespace Linnaeus.Explainer.Models;

/// <summary>The least recently used of the loaded versions makes room for a new one. Versions with equal files share one network.</summary>
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
            return new ModelRental(entry.Model, () => Interlocked.Decrement(ref entry.Rentals));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var entry in entries.Values)
            entry.Model.Dispose();
        turn.Dispose();
    }

    private async Task<LoadedModel> LoadAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        using var activity = ExplainerTelemetry.Source.StartActivity("load model");
        activity?.SetTag("linnaeus.model", $"models:/{version.Name}/{version.Version}");
        var folder = await files.FetchAsync(version, cancellationToken);
        try
        {
            return ModelFolder.Read(folder);
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
                return; // all are in use: the bound holds again when they come back
            entries.Remove(oldest.Key);
            oldest.Value.Model.Dispose();
        }
    }

    private sealed class Entry(LoadedModel model)
    {
        public LoadedModel Model { get; } = model;

        public int Rentals;

        public long LastUse;
    }
}

/// <summary>Use of a loaded version; dispose it to give the version back.</summary>
public sealed class ModelRental(LoadedModel model, Action giveBack) : IDisposable
{
    private Action? giveBack = giveBack;

    public LoadedModel Model { get; } = model;

    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}
