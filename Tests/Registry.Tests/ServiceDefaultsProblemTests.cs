using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.ServiceDefaults.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Linnaeus.Registry.Tests;

public sealed class ServiceDefaultsProblemTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task An_unexpected_error_is_a_problem_without_its_inner_message(string environment)
    {
        await using var app = await StartAsync(environment);

        var (status, problem) = await GetAsync(app, "/api/boom");

        Assert.Equal(500, status);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.True(problem.TryGetProperty("traceId", out _));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task A_malformed_body_is_reported_with_its_position(string environment)
    {
        await using var app = await StartAsync(environment);
        using var http = new HttpClient { BaseAddress = AddressOf(app) };

        var response = await http.PostAsync("/api/numbers", new StringContent("""{"a":"b"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("$.a", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_thrown_below_an_endpoint_keeps_its_status_message_and_errors()
    {
        await using var app = await StartAsync("Production");

        var (status, problem) = await GetAsync(app, "/api/refuse");

        Assert.Equal(422, status);
        Assert.Equal("The image is 1x1.", problem.GetProperty("detail").GetString());
        Assert.Equal("too small", problem.GetProperty("errors").GetProperty("$.image")[0].GetString());
    }

    [Fact]
    public async Task An_unknown_path_is_a_problem()
    {
        await using var app = await StartAsync("Production");
        Assert.Equal(404, (await GetAsync(app, "/api/nowhere")).Status);
    }

    [Fact]
    public async Task Health_names_the_check_that_fails_while_the_process_is_alive()
    {
        await using var app = await StartAsync("Production");
        using var http = new HttpClient { BaseAddress = AddressOf(app) };

        var health = await http.GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("disk: it is full", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("OK", await http.GetStringAsync("/alive"));
    }

    private static async Task<WebApplication> StartAsync(string environment)
    {
        var builder = ServiceHost.CreateBuilder($"--environment={environment}", "--Logging:LogLevel:Linnaeus.ServiceDefaults=None");
        builder.Services.AddHealthChecks().AddCheck("disk", () => HealthCheckResult.Unhealthy("it is full"));
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/api/boom", string () => throw new InvalidOperationException("secret"));
        app.MapPost("/api/numbers", (Dictionary<string, int> numbers) => numbers.Count);
        app.MapGet("/api/refuse", string () => throw new ProblemException(422, "The image is 1x1.", new Dictionary<string, string[]> { ["$.image"] = ["too small"] }));
        await app.StartAsync();
        return app;
    }

    private static async Task<(int Status, JsonElement Problem)> GetAsync(WebApplication app, string path)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(app) };
        var response = await http.GetAsync(path);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
