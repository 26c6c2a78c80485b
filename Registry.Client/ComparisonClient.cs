using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

public sealed class ComparisonClient
{
    private readonly RegistryTransport _transport;

    internal ComparisonClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Compares 2 to 6 versions; the first is the baseline.</summary>
    /// <param name="name">The model.</param>
    /// <param name="versions">Numbers or <c>@alias</c> of this model, or MODEL/NUMBER of another.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public Task<VersionComparison> CompareAsync(
        string name, IEnumerable<string> versions, int? seed = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<VersionComparison>(
            HttpMethod.Get, Path(name, versions, seed).ToString(), null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>The comparison as Markdown, for a pull request.</summary>
    /// <inheritdoc cref="CompareAsync" path="/param"/>
    public async Task<string> MarkdownAsync(
        string name, IEnumerable<string> versions, int? seed = null, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.OpenAsync(Path(name, versions, seed).Add("format", "markdown").ToString(), cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private static QueryText Path(string name, IEnumerable<string> versions, int? seed) =>
        new QueryText($"/api/models/{Uri.EscapeDataString(name)}/compare").Add("versions", string.Join(',', versions)).Add("seed", seed);
}
