using System.Globalization;
using Linnaeus.Registry.Client.Http;

namespace Linnaeus.Registry.Client;

/// <summary>Access tokens: <c>/api/tokens</c>.</summary>
public sealed class TokensClient
{
    private readonly RegistryTransport _transport;

    internal TokensClient(RegistryTransport transport) => _transport = transport;

    /// <summary>Creates a token; only this response contains its secret.</summary>
    public Task<AccessToken> CreateAsync(CreateTokenRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<AccessToken>(HttpMethod.Post, "/api/tokens", request, ApiJson.Options, idempotent: false, cancellationToken);

    /// <summary>All tokens, including revoked ones, newest first.</summary>
    public Task<TokenList> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<TokenList>(HttpMethod.Get, "/api/tokens", null, ApiJson.Options, idempotent: true, cancellationToken);

    /// <summary>Revokes a token; succeeds if it is already revoked.</summary>
    public Task RevokeAsync(long id, CancellationToken cancellationToken = default) =>
        _transport.DeleteAsync($"/api/tokens/{id.ToString(CultureInfo.InvariantCulture)}", cancellationToken);

    /// <summary>The owner of <paramref name="token"/>; null if it is not valid.</summary>
    public async Task<TokenHolder?> FindAsync(string token, CancellationToken cancellationToken = default)
    {
        if (token.Any(c => c is <= ' ' or > '~')) return null; // not valid in a header
        try
        {
            var shown = KeyValuePair.Create("Authorization", $"Bearer {token}");
            return await _transport.SendIfAsync<TokenHolder>(
                HttpMethod.Get, "/api/tokens/self", null, ApiJson.Options, idempotent: true, shown, cancellationToken);
        }
        catch (RegistryException refusal) when (refusal.Status == System.Net.HttpStatusCode.Unauthorized)
        {
            return null;
        }
    }
}
