using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Linnaeus.StandIns.Tests;

/// <summary>Who may see and change what.</summary>
public sealed class DashboardAccessTests
{
    private static readonly string[] Guarded = ["/", "/resources/registry", "/console", "/logs", "/traces", "/metrics"];

    [Fact]
    public async Task Without_the_cookie_pages_lead_to_the_login_and_the_api_says_401()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync(loggedIn: false);
        foreach (var path in Guarded)
        {
            using var page = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
            Assert.Equal($"/login?returnUrl={Uri.EscapeDataString(path)}", page.Headers.Location!.OriginalString);
        }
        foreach (var path in new[] { "/api/resources", "/api/logs", "/api/events", "/api/resources/x/secret?name=y", "/api/nothing" })
        {
            using var refused = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var login = await client.GetAsync("/login");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task The_printed_address_logs_in_with_a_cookie_that_scripts_cannot_read()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync(loggedIn: false);
        using var response = await client.GetAsync($"/login?t={DashboardUnderTest.Token}");
        Assert.Equal("/", response.Headers.Location!.OriginalString);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(DashboardUnderTest.Token, cookie, StringComparison.Ordinal);
        using var page = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task A_wrong_token_gives_no_cookie(string token)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync(loggedIn: false);
        using var response = await client.GetAsync($"/login?t={token}");
        Assert.StartsWith("/login?failed=1", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/traces?resource=a", "/traces?resource=a")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example/", "/")]
    public async Task The_login_form_returns_to_pages_of_its_own_only(string wanted, string actual)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync(loggedIn: false);
        using var response = await PostAsync(client, "/login", dashboard.Host.FrontendUrl.GetLeftPart(UriPartial.Authority), new() { ["token"] = DashboardUnderTest.Token, ["returnUrl"] = wanted });
        Assert.Equal(actual, response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Only_the_own_pages_may_run_commands()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await DashboardScene.PublishAsync(dashboard, "registry", "Project", KnownResourceStates.Running, DateTime.UtcNow, "/x/Registry.csproj", 1, []);
        await DashboardScene.PublishAsync(dashboard, "stubborn", "Project", KnownResourceStates.Running, DateTime.UtcNow, "/x/Stubborn.csproj", 1, []);
        using var client = await dashboard.ClientAsync();
        await DashboardUnderTest.GetAsync(client, "/api/resources", r => r.GetArrayLength() == 2);
        var own = dashboard.Host.FrontendUrl.GetLeftPart(UriPartial.Authority);
        foreach (var origin in new[] { null, "http://elsewhere.example", "null" })
        {
            using var foreign = await PostAsync(client, "/api/resources/registry/restart", origin);
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        }
        Assert.Empty(dashboard.Commands);
        using var done = await PostAsync(client, "/api/resources/registry/restart", own);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(["registry restart"], dashboard.Commands);
        using var disabled = await PostAsync(client, "/api/resources/registry/start", own);
        Assert.Equal(HttpStatusCode.Conflict, disabled.StatusCode);
        using var unknown = await PostAsync(client, "/api/resources/registry/explode", own);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var failed = await PostAsync(client, "/api/resources/stubborn/stop", own);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Contains("It would not.", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebound_host_name_is_refused()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync();
        foreach (var (host, status) in new[] { ("elsewhere.example", HttpStatusCode.BadRequest), ("localhost", HttpStatusCode.OK), ("flowers.localhost", HttpStatusCode.OK), ("[::1]", HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/login") { Headers = { Host = $"{host}:{dashboard.Host.FrontendUrl.Port}" } };
            using var response = await client.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task Secrets_stay_on_the_server_until_asked_for()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await DashboardScene.PublishAsync(dashboard, "registry", "Project", KnownResourceStates.Running, DateTime.UtcNow, "/x/Registry.csproj", 1, []);
        using var client = await dashboard.ClientAsync();
        await DashboardUnderTest.GetAsync(client, "/api/resources", r => r.GetArrayLength() == 1);
        var details = await client.GetStringAsync("/api/resources/registry");
        Assert.DoesNotContain("hidden-value", details, StringComparison.Ordinal);
        Assert.DoesNotContain("abc123", details, StringComparison.Ordinal);
        Assert.Contains("http://localhost:15501", details, StringComparison.Ordinal);
        var secret = await DashboardUnderTest.GetAsync(client, "/api/resources/registry/secret?name=ConnectionStrings__blobs");
        Assert.Equal("AccountKey=hidden-value", secret.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_single_replica_goes_by_its_name_and_several_by_their_ids()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        foreach (var (name, id) in new[] { ("registry", "registry-ab12"), ("trainer", "trainer-cd34"), ("trainer", "trainer-ef56") })
            await DashboardScene.PublishAsync(dashboard, name, "Project", KnownResourceStates.Running, DateTime.UtcNow, "/x/X.csproj", 1, [], id: id);
        dashboard.Logs.Write("trainer-ef56", "second", false);
        using var client = await dashboard.ClientAsync();
        var rows = await DashboardUnderTest.GetAsync(client, "/api/resources", r => r.GetArrayLength() == 3);
        Assert.Equal(["registry", "trainer-cd34", "trainer-ef56"], rows.EnumerateArray().Select(r => r.GetProperty("id").GetString()!).Order());
        using var restarted = await PostAsync(client, "/api/resources/registry/restart", dashboard.Host.FrontendUrl.GetLeftPart(UriPartial.Authority));
        Assert.Equal(["registry-ab12 restart"], dashboard.Commands);
        await DashboardUnderTest.GetAsync(client, "/api/resources/trainer-ef56/console", c => c.GetProperty("lines").GetArrayLength() == 1);
        using var ambiguous = await client.GetAsync("/api/resources/trainer");
        Assert.Equal(HttpStatusCode.NotFound, ambiguous.StatusCode);
    }

    [Theory]
    [InlineData("API_KEY", "x", true)]
    [InlineData("Parameters__ApiKey", "x", true)]
    [InlineData("ConnectionStrings__blobs", "x", true)]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x", true)]
    [InlineData("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "x", true)]
    [InlineData("PGPASSWORD", "x", true)]
    [InlineData("DATABASE_URL", "postgres://me:secret@db/flowers", true)]
    [InlineData("KEYBOARD", "qwerty", false)]
    [InlineData("MONKEY", "x", false)]
    [InlineData("ASPNETCORE_URLS", "http://localhost:5500", false)]
    [InlineData("DOTNET_TieredPGO", "1", false)]
    public void Names_and_values_that_look_secret_are_known(string name, string value, bool secret) =>
        Assert.Equal(secret, SecretNames.LooksSecret(name, value));

    [Fact]
    public async Task Without_a_token_everybody_may_look()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync(token: null, apiKey: null);
        using var client = await dashboard.ClientAsync(loggedIn: false);
        using var page = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var sent = await dashboard.SendAsync("traces", DashboardIngestTests.OneSpan(), key: null);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_named_in_the_error()
    {
        await using var first = await DashboardUnderTest.StartAsync();
        var port = first.Host.FrontendUrl.Port;
        var fault = await Assert.ThrowsAsync<DistributedApplicationException>(() => DashboardUnderTest.StartAsync(port: port));
        Assert.Contains($":{port}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_URLS", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string? origin, Dictionary<string, string>? form = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await client.SendAsync(request);
    }
}
