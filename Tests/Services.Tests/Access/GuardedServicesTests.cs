using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Cli;
using Linnaeus.Explainer;
using Linnaeus.Registry.Client;
using Linnaeus.Services.Tests.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Services.Tests.Access;

/// <summary>A Registry and an Explainer that require tokens, and the command line against them.</summary>
public sealed class GuardedServicesTests(ServicesFixture services) : IAsyncLifetime
{
    private const string Bootstrap = "bootstrap-token-of-this-test-0123456789";
    private const string OwnToken = "token-of-the-explainer-itself-0123456789";
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("linnaeus-guarded-").FullName;
    private RegistryServer _registry = null!;
    private WebApplication _explainer = null!;
    private RegistryClient _admin = null!;

    private Uri Explainer => new(_explainer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync(services.Azurite.ConnectionString, null,
            "--Access:Mode=required", $"--Access:BootstrapToken={Bootstrap}", $"--Access:ServiceTokens:explainer={OwnToken}");
        _admin = new RegistryClient(Http(_registry.Address, Bootstrap));
        _explainer = ExplainerApp.Build(
        [
            .. ServicesFixture.Settings(_registry.Address), $"--Explainer:CacheDirectory={_folder}", "--Access:Mode=required",
            $"--Access:Token={OwnToken}", "--HttpResilience:Retries=0",
        ]);
        await _explainer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _explainer.StopAsync();
        await _explainer.DisposeAsync();
        await _registry.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_token_the_Explainer_answers_only_health_probes()
    {
        using var stranger = new HttpClient { BaseAddress = Explainer };
        var endpoints = _explainer.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 8);
        foreach (var endpoint in endpoints)
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
                var path = route.Replace("{documentName}", "v1", StringComparison.Ordinal).Replace('{', '_').Replace('}', '_');
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                var status = (await stranger.SendAsync(request, Cancellation)).StatusCode;
                var expected = route is "/health" or "/alive" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;
                Assert.True(status == expected, $"{method} {route}: {status}");
            }
    }

    [Fact]
    public async Task The_Explainer_enforces_scopes_and_revocation_and_uses_its_own_token()
    {
        var made = await _admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "reader" }, Cancellation);
        using var reader = Http(Explainer, made.Token!);
        using var admin = Http(Explainer, Bootstrap);

        // Asked through the Explainer's own token: a model that the Registry does not have.
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/api/explanations?model=models:/none/1", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.PostAsJsonAsync("/api/predictions", new { }, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync("/api/explanations", new { }, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/explanations", new { }, Cancellation)).StatusCode);

        // A folder can be any on the machine, so it takes the scope that training takes.
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/datasets/summary?dataset=synthetic-flowers", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("/api/datasets/summary?dataset=folder:/etc", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.GetAsync("/api/datasets/summary?dataset=folder:/nowhere", Cancellation)).StatusCode);

        await _admin.Tokens.RevokeAsync(made.Id, Cancellation);
        await Eventually.TrueAsync(
            async () => (await reader.GetAsync("/api/explanations?model=models:/none/1", Cancellation)).StatusCode == HttpStatusCode.Unauthorized,
            "the Explainer rejects the revoked token");
    }

    [Fact]
    public async Task Tokens_are_made_shown_and_revoked_from_a_terminal()
    {
        var (status, output, _) = await RunAsync("tokens", "create", "ci", "--scope", "write", "--days", "30", "--token", Bootstrap);
        var token = output.Trim();
        Assert.Equal(ExitCodes.Success, status);
        Assert.StartsWith("lin_", token, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, (await RunAsync("models", "--token", token)).Status);

        var refused = await RunAsync("tokens", "--token", token);
        Assert.Equal(ExitCodes.BadInput, refused.Status);
        Assert.Contains("'ci' has write", refused.Error, StringComparison.Ordinal);
        Assert.Contains("LINNAEUS_TOKEN", (await RunAsync("models", "--token", "lin_wrong")).Error, StringComparison.Ordinal);
        var broken = await RunAsync("models", "--token", "two words");
        Assert.Equal(ExitCodes.BadInput, broken.Status);
        Assert.DoesNotContain("two words", broken.Error, StringComparison.Ordinal);

        var list = JsonDocument.Parse((await RunAsync("tokens", "--json", "--token", Bootstrap)).Output).RootElement;
        var id = list.GetProperty("tokens")[0].GetProperty("id").ToString();
        Assert.Equal(ExitCodes.Success, (await RunAsync("tokens", "revoke", id, "--token", Bootstrap)).Status);
        Assert.Contains("revoked", (await RunAsync("tokens", "--token", Bootstrap)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("models", "--token", token)).Status);
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] addresses = ["--registry", $"{_registry.Address}", "--explainer", $"{Explainer}"];
        var status = await LinnaeusCommand.RunAsync([.. arguments, .. addresses], output, error, Cancellation);
        return (status, output.ToString(), error.ToString());
    }

    private static HttpClient Http(Uri address, string token) =>
        new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
