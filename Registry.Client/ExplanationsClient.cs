using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Explanations stored with versions: <c>/api/explanations</c>.</summary>
public sealed class ExplanationsClient
{
    private readonly RegistryTransport _transport;

    internal ExplanationsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Stores <paramref name="record"/> under its id, replacing an existing one.</summary>
    public Task<ExplanationRecord> PutAsync(ExplanationRecord record, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ExplanationRecord>(HttpMethod.Put, Path(record.Id), record, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>The explanation with this id, or null. Uses the list, since a 404 would mark a normal trace as failed.</summary>
    public async Task<ExplanationRecord?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await ListAsync("id", id, cancellationToken)).SingleOrDefault();

    /// <summary>All explanations of a version, newest first.</summary>
    public Task<IReadOnlyList<ExplanationRecord>> ListAsync(ModelUri model, CancellationToken cancellationToken = default) =>
        ListAsync("model", model, cancellationToken);

    private async Task<IReadOnlyList<ExplanationRecord>> ListAsync(string filter, object value, CancellationToken cancellationToken)
    {
        var path = new QueryText("/api/explanations").Add(filter, value).ToString();
        var list = await _transport.SendAsync<ExplanationList>(
            HttpMethod.Get, path, null, ApiJson.Options, idempotent: true, cancellationToken);
        return list.Explanations;
    }

    private static string Path(string id) => $"/api/explanations/{Uri.EscapeDataString(id)}";
}
