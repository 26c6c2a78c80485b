using System.Net.Http.Headers;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>A Registry per test that requires tokens.</summary>
public abstract class GuardedServer(RegistryFixture shared) : JobServer(shared)
{
    protected const string Bootstrap = "bootstrap-token-of-this-test-0123456789";
    protected const string ServiceToken = "token-of-the-service-gardener-0123456789";

    protected RegistryClient Admin => field ??= ClientWith(Bootstrap);

    protected override Task<string[]> SettingsAsync() => Task.FromResult<string[]>(
    [
        "--Access:Mode=required", "--Access:RequestsPerSecond=1000000", $"--Access:BootstrapToken={Bootstrap}",
        $"--Access:ServiceTokens:gardener={ServiceToken}",
    ]);

    protected RegistryClient ClientWith(string token) => new(HttpWith(token));

    protected HttpClient HttpWith(string token) => new()
    {
        BaseAddress = Server.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    protected async Task<string> NewTokenAsync(string scope, string? name = null, double? days = null)
    {
        var request = new CreateTokenRequest { Name = name ?? $"{scope}-{Guid.NewGuid():N}", Scope = scope, ExpiresInDays = days };
        return (await Admin.Tokens.CreateAsync(request)).Token!;
    }

    protected static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    protected async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, AuthenticationHeaderValue? shown, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = shown;
        return await Server.Http.SendAsync(request);
    }
}
