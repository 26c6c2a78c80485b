using Linnaeus.Explainer;
using Linnaeus.Registry.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Portal tests that share one Portal.</summary>
[CollectionDefinition(Name)]
public sealed class PortalCollection : ICollectionFixture<PortalFixture>
{
    public const string Name = "Portal";
}

/// <summary>A Portal with a real Registry and Explainer, and Chromium. Screenshots go to <c>artifacts/screenshots</c>, the log to <c>artifacts/tests</c>.</summary>
public sealed class PortalFixture(RegistryFixture registry) : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

    private readonly string _cache = Directory.CreateTempSubdirectory("linnaeus-portal-explainer-").FullName;
    private WebApplication? _explainer;
    private PortalProcess? _portal;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public RegistryClient Registry { get; private set; } = null!;

    public Uri RegistryAddress => registry.Server.Address;

    /// <summary>Connection string of the blob store, for tests that start their own Registry.</summary>
    public string Blobs => registry.Azurite.ConnectionString;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("the fixture has not started");

    public Uri Address => _portal?.Address ?? throw new InvalidOperationException("the fixture has not started");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists(Chromium), $"needs Debian's Chromium at {Chromium}");
        Registry = new RegistryClient(new HttpClient { BaseAddress = registry.Server.Address });
        _explainer = ExplainerApp.Build(
        [
            "--urls=http://127.0.0.1:0", $"--services:registry:http:0={registry.Server.Address}", $"--Explainer:CacheDirectory={_cache}", "--Explainer:Threads=1",
            "--Worker:LongestPollSeconds=0.5", "--Logging:LogLevel:Default=Warning",
        ]);
        await _explainer.StartAsync();
        var explainer = new Uri(_explainer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _portal = await PortalProcess.StartAsync(("registry", registry.Server.Address), ("explainer", explainer));
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments });
    }

    /// <summary>Opens a page and waits for its circuit, so that clicks are handled.</summary>
    /// <param name="path">Relative URL without a leading slash.</param>
    /// <param name="portal">Null for the shared Portal.</param>
    public async Task<PortalPage> OpenAsync(string path, int width = 1280, int height = 900, ColorScheme colors = ColorScheme.Light, Uri? portal = null)
    {
        var context = await Browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = colors });
        context.SetDefaultTimeout(PortalPage.Patience);
        var page = new PortalPage(context, await context.NewPageAsync());
        await page.GoAsync(new Uri(portal ?? Address, path));
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_portal is not null)
        {
            await _portal.DisposeAsync();
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests")).FullName, "portal.txt"), _portal.Output());
        }
        if (_explainer is not null)
        {
            await _explainer.StopAsync();
            await _explainer.DisposeAsync();
        }
        Directory.Delete(_cache, recursive: true);
    }
}
