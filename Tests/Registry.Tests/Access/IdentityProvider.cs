using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>An OpenID Connect provider with a signing key of its own: discovery and keys over HTTP, tokens written by hand.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private KestrelStub? _server;

    public string Issuer => _server!.Address.ToString().TrimEnd('/');

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        provider._server = await KestrelStub.StartAsync(context => context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => context.Response.WriteAsJsonAsync(
                new { issuer = provider.Issuer, jwks_uri = $"{provider.Issuer}/keys" }),
            "/keys" => context.Response.WriteAsJsonAsync(new { keys = new[] { provider.PublicJwk() } }),
            _ => Task.CompletedTask,
        });
        return provider;
    }

    public Dictionary<string, object> Claims(string scope) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = "linnaeus",
        ["sub"] = "7c1f",
        ["preferred_username"] = "anna@example.org",
        ["scope"] = $"openid {scope}",
        ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
    };

    /// <param name="claims">The token's payload.</param>
    /// <param name="key">Signs instead of the provider's own key.</param>
    public string Sign(Dictionary<string, object> claims, RSA? key = null)
    {
        var content = Content("RS256", claims);
        var signature = (key ?? _key).SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url(signature)}";
    }

    public static string Content(string algorithm, Dictionary<string, object> claims) =>
        $"{Part(new { alg = algorithm, typ = "at+jwt", kid = "k1" })}.{Part(claims)}";

    private static string Part<T>(T json) => Base64Url(JsonSerializer.SerializeToUtf8Bytes(json));

    public static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _server!.DisposeAsync();
    }

    private object PublicJwk()
    {
        var key = _key.ExportParameters(false);
        return new { kty = "RSA", use = "sig", kid = "k1", alg = "RS256", n = Base64Url(key.Modulus!), e = Base64Url(key.Exponent!) };
    }
}
