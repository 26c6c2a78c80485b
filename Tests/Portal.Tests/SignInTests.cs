using System.Net;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>A Portal and a Registry that require tokens.</summary>
[Collection(PortalCollection.Name)]
public sealed partial class SignInTests(PortalFixture fixture) : IAsyncLifetime
{
    private const string Bootstrap = "bootstrap-token-of-this-test-0123456789";
    private const string Secret = "session-secret-of-this-test-0123456789";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private RegistryServer _server = null!;
    private RegistryClient _admin = null!;
    private PortalProcess _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryServer.StartAsync(fixture.Blobs, null, "--Access:Mode=required", $"--Access:BootstrapToken={Bootstrap}");
        _admin = new RegistryClient(new HttpClient { BaseAddress = _server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", Bootstrap) } });
        _portal = await StartPortalAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Without_a_session_only_the_probes_and_the_sign_in_page_are_served()
    {
        foreach (var path in new[] { "", "runs", "models/flowers?tab=log", "nothing", "not-found" })
        {
            using var turned = await GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Redirect), (path, turned.StatusCode));
            Assert.Equal($"/signin?return={Uri.EscapeDataString("/" + path)}", turned.Headers.Location!.PathAndQuery);
        }
        foreach (var path in new[] { "files/runs/0/model.json", "files/compare.md?versions=a/1,a/2", "files/datasets/image?dataset=folder:/etc", "_blazor/initializers", "_blazor?id=1" })
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await StatusAsync(path)));
        foreach (var path in new[] { "health", "alive", "signin", "css/tokens.css", "_framework/blazor.web.js" })
            Assert.Equal((path, HttpStatusCode.OK), (path, await StatusAsync(path)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1")).StatusCode);
    }

    [Fact]
    public async Task Sign_in_returns_to_the_page_with_the_scope_of_the_token_until_it_is_revoked()
    {
        await _admin.VersionAsync("guarded", 0.81);
        var token = await _admin.Tokens.CreateAsync(new CreateTokenRequest { Name = "reader of pages", Scope = TokenScopes.Read });

        await using var context = await fixture.Browser.NewContextAsync();
        context.SetDefaultTimeout(PortalPage.Patience);
        await using var page = new PortalPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(_portal.Address, "models/guarded").ToString());
        await SignInAsync(page.Page, "lin_wrong");
        await page.SeeAsync("Invalid or expired token.");
        await page.CheckAsync("signin-light");

        await SignInAsync(page.Page, token.Token!);
        await page.LiveAsync();
        Assert.Equal("/models/guarded", new Uri(page.Page.Url).PathAndQuery);
        await page.SeeAsync("reader of pages");
        await page.CheckAsync("signed-in");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.CheckAsync("signed-in-390");
        var kept = Assert.Single(await context.CookiesAsync(), cookie => cookie.Name == "linnaeus-session");
        Assert.Equal((true, SameSiteAttribute.Lax), (kept.HttpOnly, kept.SameSite));
        Assert.DoesNotContain(token.Token!, kept.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Token!, await page.Page.ContentAsync(), StringComparison.Ordinal);

        // The services see the visitor's token and scope.
        using (var none = await SendAsync(HttpMethod.Get, "files/runs/0123456789abcdef0123456789abcdef/none.txt", Cookie(kept)))
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        await page.Page.GotoAsync(new Uri(_portal.Address, "models/guarded/1").ToString());
        await page.LiveAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).First.ClickAsync();
        await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.SeeAsync("needs a token of scope write; 'reader of pages' has read.");

        await _admin.Tokens.RevokeAsync(token.Id);
        await page.Page.ReloadAsync();
        await page.SeeAsync("Your session has ended");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await SignInAsync(page.Page, Bootstrap);
        await page.LiveAsync();
        Assert.Equal("/models/guarded/1", new Uri(page.Page.Url).PathAndQuery);

        // Signing out in one tab signs out the other.
        var other = await context.NewPageAsync();
        await other.GotoAsync(_portal.Address.ToString());
        await other.Locator(".themes [aria-pressed=true]").WaitForAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await other.GetByText("You are signed out.").WaitForAsync();
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
        Assert.DoesNotContain(await context.CookiesAsync(), cookie => cookie.Name == "linnaeus-session");

        foreach (var secret in new[] { token.Token!, Bootstrap, Secret, kept.Value })
            Assert.DoesNotContain(secret, _portal.Output(), StringComparison.Ordinal);
        Assert.Contains("/signin", _portal.Output(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_share_sessions_and_other_sites_cannot_use_them()
    {
        // Only addresses of this site are accepted for the redirect.
        var session = "";
        foreach (var (asked, gone) in new[] { ("/runs?page=2", "/runs?page=2"), ("//evil.example/", "/"), ("/\\evil.example", "/"), ("https://evil.example/", "/") })
        {
            using var signedIn = await SignInAsync(asked, Bootstrap);
            Assert.Equal((asked, HttpStatusCode.Redirect), (asked, signedIn.StatusCode));
            var location = new Uri(_portal.Address, signedIn.Headers.Location!);
            Assert.Equal((_portal.Address.Authority, gone), (location.Authority, location.PathAndQuery));
            session = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("linnaeus-session=", StringComparison.Ordinal)).Split(';')[0];
        }
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "runs", session)).StatusCode);

        await using (var replica = await StartPortalAsync())
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "runs", session, portal: replica)).StatusCode);
        await using (var foreign = await StartPortalAsync("another-secret-of-this-test-0123456789"))
            Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(HttpMethod.Get, "runs", session, portal: foreign)).StatusCode);

        // A page on a neighboring port, whose requests would carry the session cookie.
        foreach (var (method, path) in new[] { (HttpMethod.Post, "signout"), (HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1"), (HttpMethod.Get, "_blazor?id=1"), (HttpMethod.Post, "signin") })
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await SendAsync(method, path, session, "http://127.0.0.1:1")).StatusCode));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, "signout", session, _portal.Address.GetLeftPart(UriPartial.Authority))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "_blazor/negotiate?negotiateVersion=1", session, _portal.Address.GetLeftPart(UriPartial.Authority))).StatusCode);

        var attempts = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            attempts.Add((await SendAsync(HttpMethod.Post, "signin")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, attempts[^1]);
    }

    [Fact]
    public async Task Users_of_a_provider_sign_in_with_the_scopes_that_it_grants()
    {
        await using var provider = await IdentityProvider.StartAsync();
        string[] access = ["--Access:Mode=required", $"--Access:Authority={provider.Issuer}", "--Access:Audience=linnaeus"];
        await using var server = await RegistryServer.StartAsync(fixture.Blobs, null, access);
        await using var portal = await PortalProcess.StartAsync([.. access, "--Portal:ClientId=portal"], ("registry", server.Address));
        await using var context = await fixture.Browser.NewContextAsync();
        context.SetDefaultTimeout(PortalPage.Patience);
        await using var page = new PortalPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(portal.Address, "runs?page=2").ToString());
        await page.CheckAsync("signin-provider");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with 127.0.0.1" }).ClickAsync();
        await page.LiveAsync();
        Assert.Equal("/runs?page=2", new Uri(page.Page.Url).PathAndQuery);
        await page.SeeAsync("anna@example.org (7c1f)");
        await page.SeeAsync("write");

        // Known to the provider but without access.
        await using var narrow = await PortalProcess.StartAsync([.. access, "--Portal:ClientId=portal", "--Portal:Scopes=openid"], ("registry", server.Address));
        await page.Page.GotoAsync(new Uri(narrow.Address, "signin/provider?return=https://evil.example/").ToString());
        await page.SeeAsync("Sign-in failed, or your account has no access.");
        Assert.Equal("/signin?failed=true&return=%2F", new Uri(page.Page.Url).PathAndQuery);
        Assert.Contains("Provider sign-in failed", narrow.Output(), StringComparison.Ordinal);
    }

    private Task<PortalProcess> StartPortalAsync(string secret = Secret) => PortalProcess.StartAsync(
        ["--Access:Mode=required", $"--Portal:SessionSecret={secret}", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace"],
        ("registry", _server.Address), ("explainer", _server.Address));

    private static async Task SignInAsync(IPage page, string token)
    {
        await page.GetByLabel("Access token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>As a browser without JavaScript does.</summary>
    private async Task<HttpResponseMessage> SignInAsync(string back, string token)
    {
        var address = $"signin?return={Uri.EscapeDataString(back)}";
        using var form = await GetAsync(address);
        var html = await form.Content.ReadAsStringAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_portal.Address, address))
        {
            Content = new FormUrlEncodedContent(Hidden().Matches(html).Select(field => KeyValuePair.Create(field.Groups[1].Value, field.Groups[2].Value))
                .Append(KeyValuePair.Create("Token", token))),
        };
        request.Headers.Add("Cookie", form.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        return await _http.SendAsync(request);
    }

    private static string Cookie(BrowserContextCookiesResult cookie) => $"{cookie.Name}={cookie.Value}";

    private Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await GetAsync(path);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie = null, string? origin = null, PortalProcess? portal = null)
    {
        var request = new HttpRequestMessage(method, new Uri((portal ?? _portal).Address, path));
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return _http.SendAsync(request);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex Hidden();
}
