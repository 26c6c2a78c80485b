using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Datasets at the Explainer: <c>/api/datasets</c>.</summary>
public sealed class DatasetsClient
{
    private readonly RegistryTransport _transport;

    internal DatasetsClient(RegistryTransport transport) => _transport = transport;

    public Task<DatasetSummary> SummaryAsync(DatasetReference dataset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return GetAsync<DatasetSummary>($"/api/datasets/summary?{dataset.Query}", cancellationToken);
    }

    /// <param name="split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="label">Class; null for all.</param>
    /// <param name="limit">1 to 200.</param>
    public Task<DatasetSamples> SamplesAsync(
        DatasetReference dataset, string split, string? label = null, int limit = 24, int offset = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var query = new QueryText($"/api/datasets/samples?{dataset.Query}", '&').Add("split", split).Add("label", label).Add("limit", limit).Add("offset", offset);
        return GetAsync<DatasetSamples>(query.ToString(), cancellationToken);
    }

    /// <summary>Downloads an image: <c>image</c>, <c>augmentation</c> or <c>mixing</c>.</summary>
    /// <param name="query">Escaped query parameters without the question mark.</param>
    public async Task DownloadAsync(string picture, string query, Stream destination, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.OpenAsync($"/api/datasets/{picture}?{query}", cancellationToken);
        await response.Content.CopyToAsync(destination, cancellationToken);
    }

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);
}
