using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Registered models with their versions: <c>/api/models</c>.</summary>
public sealed class ModelsClient
{
    private readonly RegistryTransport _transport;

    internal ModelsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>All models by name, each with its versions, newest first.</summary>
    public Task<IReadOnlyList<RegisteredModelInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        GetAsync<IReadOnlyList<RegisteredModelInfo>>("/api/models", cancellationToken);

    public Task<RegisteredModelInfo> GetAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync<RegisteredModelInfo>($"/api/models/{Uri.EscapeDataString(name)}", cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Get, path, null, RegistryJson.Options, idempotent: true, cancellationToken);
}
