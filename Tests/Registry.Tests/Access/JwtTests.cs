using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Linnaeus.Access;
using Microsoft.Extensions.Configuration;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>Access tokens of an OpenID Connect provider, next to the Registry's own.</summary>
public sealed class JwtTests(RegistryFixture shared) : GuardedServer(shared), IAsyncDisposable
{
    private IdentityProvider _provider = null!;

    protected override async Task<string[]> SettingsAsync()
    {
        _provider = await IdentityProvider.StartAsync();
        return
        [
            .. await base.SettingsAsync(), $"--Access:Authority={_provider.Issuer}", "--Access:Audience=linnaeus",
            "--Logging:LogLevel:Microsoft.AspNetCore.Authentication=None",
        ];
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await base.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Scopes_of_the_provider_allow_the_same_as_those_of_tokens()
    {
        var (read, write) = (_provider.Sign(_provider.Claims("linnaeus.read")), _provider.Sign(_provider.Claims("linnaeus.read linnaeus.write")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/api/jobs", new("Bearer", read)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/api/jobs", Basic("mlflow", read)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "/api/jobs", new("Bearer", read)));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Post, "/api/jobs", new("Bearer", write)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "/api/tokens", new("Bearer", write)));
        var roles = _provider.Claims("");
        roles["roles"] = new[] { "other", "linnaeus.admin" };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/api/tokens", new("Bearer", _provider.Sign(roles))));
        var none = _provider.Sign(_provider.Claims("email other.linnaeus.read linnaeus."));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "/api/jobs", new("Bearer", none)));

        var forbidden = await SendAsync(HttpMethod.Post, "/api/2.0/mlflow/runs/create", new("Bearer", read), new StringContent("{}"));
        var message = await MlflowWire.FailedAsync(forbidden, "PERMISSION_DENIED", HttpStatusCode.Forbidden);
        Assert.EndsWith("'anna@example.org (7c1f)' has read.", message, StringComparison.Ordinal);

        Assert.Equal(new TokenHolder("anna@example.org (7c1f)", "write"), await Admin.Tokens.FindAsync(write));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/api/jobs", new("Bearer", ServiceToken)));
    }

    [Fact]
    public async Task Forged_foreign_and_expired_tokens_are_rejected()
    {
        using var otherKey = RSA.Create(2048);
        var claims = _provider.Claims("linnaeus.admin");
        var now = DateTimeOffset.UtcNow;
        var content = IdentityProvider.Content("HS256", claims);
        var good = _provider.Sign(claims);
        var publicKey = HMACSHA256.HashData(Encoding.ASCII.GetBytes(_provider.PublicKey), Encoding.ASCII.GetBytes(content));
        string[] bad =
        [
            _provider.Sign(claims, otherKey), _provider.Sign(With("aud", "another-program")), _provider.Sign(With("iss", "https://evil.example")),
            _provider.Sign(With("exp", now.AddMinutes(-5).ToUnixTimeSeconds())), _provider.Sign(With("nbf", now.AddHours(1).ToUnixTimeSeconds())),
            $"{IdentityProvider.Content("none", claims)}.",
            // The public key used as a shared secret.
            $"{content}.{IdentityProvider.Base64Url(publicKey)}",
            $"{IdentityProvider.Content("RS256", With("sub", "root"))}.{good.Split('.')[2]}", "a.b.c", "..",
        ];
        foreach (var token in bad)
        {
            var refused = await SendAsync(HttpMethod.Get, "/api/2.0/mlflow/experiments/search?max_results=1", new("Bearer", token));
            await MlflowWire.FailedAsync(refused, "UNAUTHENTICATED", HttpStatusCode.Unauthorized);
            Assert.Contains("invalid_token", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/api/jobs", new("Bearer", good)));

        Dictionary<string, object> With(string claim, object value) => new(claims) { [claim] = value };
    }

    [Theory]
    [InlineData("https://login.example", null, "Access__Audience")]
    [InlineData("http://login.example", "linnaeus", "https address")]
    [InlineData("login", "linnaeus", "https address")]
    public void Settings_that_would_accept_other_tokens_are_rejected(string authority, string? audience, string words)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Access:Authority", authority), new("Access:Audience", audience)]);
        var refused = Assert.Throws<InvalidOperationException>(() => AccessOptions.Read(settings.Build()));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, AuthenticationHeaderValue shown)
    {
        using var body = method == HttpMethod.Post ? new StringContent("{}", null, "application/json") : null;
        using var response = await SendAsync(method, path, shown, body);
        return response.StatusCode;
    }
}
