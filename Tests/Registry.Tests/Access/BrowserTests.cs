using System.Net;
using System.Net.Http.Json;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>Requests of web pages that an open Registry accepts or rejects.</summary>
public sealed class BrowserTests(RegistryFixture registry)
{
    [Theory]
    [InlineData("evil.example:5500", null, false)]
    [InlineData("localhost.evil.example", null, false)]
    [InlineData("127.0.0.1.evil.example", null, false)]
    [InlineData("localhost:5500", "https://evil.example", false)]
    [InlineData("localhost:5500", "null", false)]
    [InlineData("localhost:5500", "http://localhost:5503", true)]
    [InlineData("127.0.0.1", "http://127.0.0.1:1", true)]
    [InlineData("[::1]:5500", null, true)]
    [InlineData("registry.localhost", null, true)]
    public async Task Pages_of_other_sites_are_rejected(string host, string? origin, bool served)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/mlflow/runs/search");
        request.Content = JsonContent.Create(new { experiment_ids = new[] { "0" } });
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        var answer = await registry.Http.SendAsync(request);
        if (served) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else await MlflowWire.FailedAsync(answer, "PERMISSION_DENIED", HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/api/jobs")]
    [InlineData("/api/nothing")]
    [InlineData("/api/2.0/mlflow/runs/get")]
    [InlineData("/version")]
    public async Task Answers_are_data_and_never_a_page(string path)
    {
        var headers = (await registry.Http.GetAsync(path)).Headers;
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("sandbox", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
    }
}
