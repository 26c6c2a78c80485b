using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>
/// The Explainer over HTTP. Every call throws a <see cref="RegistryException"/> when the request fails or the Explainer is unavailable.
/// </summary>
public sealed class ExplainerClient
{
    private readonly RegistryTransport _transport;

    /// <param name="http">A client whose <see cref="HttpClient.BaseAddress"/> is the Explainer.</param>
    public ExplainerClient(HttpClient http)
    {
        _transport = new RegistryTransport(http, "Explainer", patient: true);
        Datasets = new DatasetsClient(_transport);
    }

    public DatasetsClient Datasets { get; }

    /// <summary>Explains an image; repeating a request on the same version returns the stored result.</summary>
    public Task<ExplanationAnswer> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<ExplanationAnswer>("/api/explanations", request, cancellationToken);

    /// <summary>Explains the same images with two versions.</summary>
    public Task<ComparisonAnswer> CompareAsync(ComparisonRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<ComparisonAnswer>("/api/explanations/compare", request, cancellationToken);

    /// <summary>Classifies images with a version.</summary>
    public Task<PredictionAnswer> PredictAsync(PredictionRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<PredictionAnswer>("/api/predictions", request, cancellationToken);

    /// <summary>A stored explanation.</summary>
    public Task<ExplanationAnswer> GetAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync<ExplanationAnswer>($"/api/explanations/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>Downloads a file of an explanation by one of the answer's URLs.</summary>
    public async Task DownloadAsync(string url, Stream destination, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.OpenAsync(url, cancellationToken);
        await response.Content.CopyToAsync(destination, cancellationToken);
    }

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);

    // Every call may be retried: computing again gives the stored result.
    private Task<T> SendAsync<T>(string path, object request, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Post, path, request, ApiJson.Options, idempotent: true, cancellationToken);
}
