using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Registered models with their versions: <c>/api/models</c>.</summary>
public sealed class ModelsClient
{
    private const int Page = 1000;

    private readonly RegistryTransport _transport;

    internal ModelsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>All models by name, each with its versions, newest first, without their files.</summary>
    public async Task<IReadOnlyList<RegisteredModelInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        var models = new List<RegisteredModelInfo>();
        while (true)
        {
            var path = new QueryText("/api/models").Add("files", "false").Add("limit", $"{Page}").Add("after", models is [.., var last] ? last.Name : null);
            var page = await GetAsync<IReadOnlyList<RegisteredModelInfo>>(path.ToString(), cancellationToken);
            models.AddRange(page);
            if (page.Count < Page)
                return models;
        }
    }

    public Task<RegisteredModelInfo> GetAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync<RegisteredModelInfo>($"/api/models/{Uri.EscapeDataString(name)}", cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);
}
