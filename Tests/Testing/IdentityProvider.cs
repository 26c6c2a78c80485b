using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Testing;

/// <summary>
/// An OpenID Connect provider with a signing key of its own: discovery, keys and the authorization code flow with PKCE over HTTP, tokens written by hand.
/// </summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Client, string Redirect, string Nonce, string Challenge, string Scope)> _codes = new();
    private KestrelStub? _server;

    public string Issuer => _server!.Address.ToString().TrimEnd('/');

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        provider._server = await KestrelStub.StartAsync(context => context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => context.Response.WriteAsJsonAsync(
                new { issuer = provider.Issuer, jwks_uri = $"{provider.Issuer}/keys", authorization_endpoint = $"{provider.Issuer}/authorize", token_endpoint = $"{provider.Issuer}/token" }),
            "/keys" => context.Response.WriteAsJsonAsync(new { keys = new[] { provider.PublicJwk() } }),
            "/authorize" => provider.AuthorizeAsync(context),
            "/token" => provider.TokenAsync(context),
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
    /// <param name="key">Signing key instead of the provider's own.</param>
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

    /// <summary>Every user is Anna, and consents.</summary>
    private Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = ($"{query["client_id"]}", $"{query["redirect_uri"]}", $"{query["nonce"]}", $"{query["code_challenge"]}", $"{query["scope"]}");
        context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString($"{query["state"]}")}");
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var challenge = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes($"{form["code_verifier"]}")));
        if (!_codes.TryRemove($"{form["code"]}", out var asked) || asked.Challenge != challenge || asked.Client != form["client_id"] || asked.Redirect != form["redirect_uri"])
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = "invalid_grant" });
            return;
        }
        var identity = Claims("");
        (identity["aud"], identity["nonce"], identity["iat"]) = (asked.Client, asked.Nonce, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await context.Response.WriteAsJsonAsync(new { token_type = "Bearer", expires_in = 3600, id_token = Sign(identity), access_token = Sign(Claims(asked.Scope)) });
    }

    private object PublicJwk()
    {
        var key = _key.ExportParameters(false);
        return new { kty = "RSA", use = "sig", kid = "k1", alg = "RS256", n = Base64Url(key.Modulus!), e = Base64Url(key.Exponent!) };
    }
}
