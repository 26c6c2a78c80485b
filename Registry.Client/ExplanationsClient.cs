using System.Net;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Explanations stored with versions: <c>/api/explanations</c>.</summary>
public sealed class ExplanationsClient
{
    private readonly RegistryTransport _transport;

    internal ExplanationsClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Stores <paramref name="record"/> under its id; the same id again replaces it.</summary>
    public Task<ExplanationRecord> PutAsync(ExplanationRecord record, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ExplanationRecord>(HttpMethod.Put, Path(record.Id), record, RegistryJson.Options, idempotent: true, cancellationToken);

    /// <summary>The explanation, or null when there is none of that id.</summary>
    public async Task<ExplanationRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _transport.SendAsync<ExplanationRecord>(
                HttpMethod.Get, Path(id), null, RegistryJson.Options, idempotent: true, cancellationToken);
        }
        catch (RegistryException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>All explanations of a version, newest first.</summary>
    public async Task<IReadOnlyList<ExplanationRecord>> ListAsync(ModelUri model, CancellationToken cancellationToken = default)
    {
        var path = new QueryText("/api/explanations").Add("model", model).ToString();
        var list = await _transport.SendAsync<ExplanationList>(
            HttpMethod.Get, path, null, RegistryJson.Options, idempotent: true, cancellationToken);
        return list.Explanations;
    }

    private static string Path(string id) => $"/api/explanations/{Uri.EscapeDataString(id)}";
}

/// <summary>Answer of <c>GET /api/explanations</c>.</summary>
public sealed record ExplanationList(IReadOnlyList<ExplanationRecord> Explanations);
