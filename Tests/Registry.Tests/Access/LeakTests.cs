using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Linnaeus.Registry.Client;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>Sends valid and invalid secrets in every way, then searches everything that the process has written and exported.</summary>
public sealed class LeakTests(RegistryFixture shared)
{
    private const string Bootstrap = "bootstrap-secret-0123456789abcdef0123456789";
    private const string ServiceToken = "gardener-secret-0123456789abcdef0123456789";
    private const string Wrong = "lin_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string InQuery = "query-secret-0123456789abcdef0123456789";

    [Fact]
    public async Task No_token_is_in_logs_traces_or_metrics()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var provider = await IdentityProvider.StartAsync();
        using var foreignKey = RSA.Create(2048);
        await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, new Dictionary<string, string>
        {
            ["Access__Mode"] = "required",
            ["Access__BootstrapToken"] = Bootstrap,
            ["Access__ServiceTokens__gardener"] = ServiceToken,
            ["Access__Authority"] = provider.Issuer,
            ["Access__Audience"] = "linnaeus",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sink.Address.ToString().TrimEnd('/'),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "registry",
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
            ["Logging__LogLevel__Microsoft.EntityFrameworkCore"] = "Trace",
            ["Logging__LogLevel__System.Net.Http.HttpClient"] = "Trace",
        });
        using var http = new HttpClient { BaseAddress = registry.Address };
        var made = await CreateAsync(http);
        var claims = provider.Claims("linnaeus.read");
        var secrets = new List<string> { Bootstrap, ServiceToken, Wrong, made, InQuery, provider.Sign(claims), provider.Sign(claims, foreignKey) };
        foreach (var token in secrets.ToArray())
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{token}"));
            secrets.Add(pair);
            foreach (var shown in new AuthenticationHeaderValue[] { new("Bearer", token), new("Basic", pair), new("Digest", token) })
                foreach (var path in new[] { "/api/jobs", "/api/2.0/mlflow/experiments/search", "/api/nothing", "/api/tokens", "/api/tokens/self" })
                    foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
                        await SendAsync(http, method, $"{path}?max_results=1&access_token={InQuery}", shown);
        }

        Assert.Equal(0, await registry.StopAsync());

        var console = await registry.OutputAsync();
        Assert.Contains("info: Microsoft.Hosting.Lifetime", console, StringComparison.Ordinal);
        Assert.Contains(sink.Spans, span => span.Name == "GET /api/tokens/self");
        Assert.DoesNotContain("DataProtection", console, StringComparison.Ordinal);
        Assert.Contains("JWT rejected", console, StringComparison.Ordinal);
        Assert.True(sink.Holds("http.response.status_code"));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, console, StringComparison.Ordinal);
            Assert.False(sink.Holds(secret), $"{secret} was exported");
        }
    }

    private static async Task<string> CreateAsync(HttpClient http)
    {
        using var admin = new HttpClient { BaseAddress = http.BaseAddress };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Bootstrap);
        return (await new RegistryClient(admin).Tokens.CreateAsync(new CreateTokenRequest { Name = "leak", Scope = "write" })).Token!;
    }

    private static async Task SendAsync(HttpClient http, HttpMethod method, string path, AuthenticationHeaderValue shown)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = shown } };
        using var response = await http.SendAsync(request);
    }
}
