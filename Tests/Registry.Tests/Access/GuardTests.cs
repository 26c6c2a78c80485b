using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Linnaeus.Registry.Tests.Access;

/// <summary>The scope that each endpoint of a Registry with tokens requires.</summary>
public sealed partial class GuardTests(RegistryFixture shared) : GuardedServer(shared)
{
    private static readonly string[] Public = ["/health", "/alive"];

    // POSTs that only read, by the end of their routes.
    private static readonly string[] Reads = ["/search", "/search-datasets", "/get-latest-versions"];

    private static readonly string[] AdminOnly =
    [
        "POST /api/tokens/", "GET /api/tokens/", "DELETE /api/tokens/{id:long}", "POST /api/gc",
        "PUT /api/models/{name}/policies/{alias}", "DELETE /api/models/{name}/policies/{alias}",
    ];

    [Fact]
    public async Task Without_a_token_only_the_probes_answer()
    {
        foreach (var (method, route) in Endpoints())
        {
            var response = await SendAsync(method, Path(route), null);
            if (Public.Contains(route))
            {
                Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
                continue;
            }
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {route} answers {(int)response.StatusCode} to a stranger");
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/nothing", null)).StatusCode);
    }

    [Fact]
    public async Task Each_scope_allows_its_endpoints_only()
    {
        var tokens = new[] { await NewTokenAsync("read"), await NewTokenAsync("write"), await NewTokenAsync("admin") };
        var wide = 0;
        foreach (var (method, route) in Endpoints().Where(e => !Public.Contains(e.Route)))
        {
            var needed = AdminOnly.Contains($"{method} {route}") ? 2
                : method == HttpMethod.Get || method == HttpMethod.Head || Reads.Any(end => route.EndsWith(end, StringComparison.Ordinal)) ? 0 : 1;
            wide = Math.Max(wide, needed);
            for (var scope = 0; scope < tokens.Length; scope++)
            {
                // A body that no endpoint accepts: an authorized request fails there.
                using var body = method == HttpMethod.Get || method == HttpMethod.Head ? null : new StringContent("[", null, "application/json");
                var status = (await SendAsync(method, Path(route), new("Bearer", tokens[scope]), body)).StatusCode;
                Assert.True((status == HttpStatusCode.Forbidden) == (scope < needed) && status != HttpStatusCode.Unauthorized,
                    $"{method} {route} answers {(int)status} to scope {scope}");
            }
        }
        Assert.Equal(2, wide);
    }

    [Fact]
    public async Task Rejections_have_the_format_of_their_path()
    {
        var stranger = await SendAsync(HttpMethod.Get, "/api/2.0/mlflow/experiments/search?max_results=1", null);
        var message = await MlflowWire.FailedAsync(stranger, "UNAUTHENTICATED", HttpStatusCode.Unauthorized);
        Assert.Contains("MLFLOW_TRACKING_TOKEN", message, StringComparison.Ordinal);
        Assert.Equal(["Bearer", "Basic"], stranger.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));

        var reader = new AuthenticationHeaderValue("Bearer", await NewTokenAsync("read", "anna"));
        var forbidden = await SendAsync(HttpMethod.Post, "/api/2.0/mlflow/experiments/create", reader, JsonContent.Create(new { name = "x" }));
        message = await MlflowWire.FailedAsync(forbidden, "PERMISSION_DENIED", HttpStatusCode.Forbidden);
        Assert.Equal("POST /api/2.0/mlflow/experiments/create needs a token of scope write; 'anna' has read.", message);

        foreach (var (path, shown, status, code) in new[]
        {
            ("/api/jobs", null, HttpStatusCode.Unauthorized, "UNAUTHENTICATED"),
            ("/api/tokens", reader, HttpStatusCode.Forbidden, "PERMISSION_DENIED"),
        })
        {
            var problem = await SendAsync(HttpMethod.Get, path, shown);
            Assert.Equal((status, "application/problem+json"), (problem.StatusCode, problem.Content.Headers.ContentType?.MediaType));
            Assert.Equal(code, (await problem.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
        var failed = await SendAsync(HttpMethod.Get, "/api/jobs", new("Bearer", "lin_wrong"));
        Assert.Contains("invalid_token", failed.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remembered_browser_credentials_are_rejected_from_other_sites()
    {
        var own = Server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var (origin, status) in new[] { ("https://evil.example", 401), ("null", 401), ("http://localhost:1", 401), (own, 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/jobs") { Headers = { Authorization = Basic("anna", Bootstrap) } };
            request.Headers.Add("Origin", origin);
            Assert.Equal(status, (int)(await Server.Http.SendAsync(request)).StatusCode);
        }
    }

    private IEnumerable<(HttpMethod Method, string Route)> Endpoints() =>
        from endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select (new HttpMethod(method), "/" + endpoint.RoutePattern.RawText!.TrimStart('/'));

    /// <summary>A path that matches the route.</summary>
    private static string Path(string route) => Parameter().Replace(route, parameter => parameter.Value == "{documentName}" ? "v1" : "1");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
