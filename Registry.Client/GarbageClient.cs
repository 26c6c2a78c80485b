using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Garbage collection: <c>/api/gc</c>.</summary>
public sealed class GarbageClient
{
    private readonly RegistryTransport _transport;

    internal GarbageClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Purges deleted and orphaned data; with <see cref="GarbageRequest.DryRun"/> only lists it.</summary>
    public Task<GarbageReport> CollectAsync(GarbageRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<GarbageReport>(HttpMethod.Post, "/api/gc", request, ApiJson.Options, idempotent: false, cancellationToken);
}
