using System.Text.Json;
using Linnaeus.Explainer.Engine;
using Linnaeus.Registry.Client;
using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.Vision.Data;
using Microsoft.Extensions.Caching.Memory;

namespace Linnaeus.Explainer.Datasets;

/// <summary>Caches recently viewed datasets, because opening one reads all of its files.</summary>
public sealed class OpenedDatasets(ExplainerOptions options) : IDisposable
{
    private const int Most = 4;

    /// <summary>Counted from the opening, so that added or removed files are noticed.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly MemoryCache _opened = new(new MemoryCacheOptions { SizeLimit = Most });
    private readonly SingleFlight<Dataset> _openings = new();

    /// <summary>The dataset that a run of <paramref name="spec"/> uses.</summary>
    /// <exception cref="ProblemException">422: the dataset is unknown, missing or unusable.</exception>
    public async Task<Dataset> GetAsync(TrainingSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var key = JsonSerializer.Serialize(new { spec.Dataset, spec.Synthetic, spec.Subset, spec.ValidationFraction, spec.Seed });
        if (_opened.TryGetValue<Dataset>(key, out var known))
            return known!;
        try
        {
            var dataset = await _openings.RunAsync(key, token => SpecDataset.OpenAsync(spec, options, token), cancellationToken);
            return _opened.Set(key, dataset, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
        }
        catch (DatasetException error)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, error.Message, inner: error);
        }
    }

    public void Dispose() => _opened.Dispose();
}
