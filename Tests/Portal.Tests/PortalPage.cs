using System.Text.Json;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>A Portal page in a browser; collects its script errors.</summary>
public sealed class PortalPage(IBrowserContext context, IPage page) : IAsyncDisposable
{
    /// <summary>Timeout in milliseconds.</summary>
    public const float Patience = 90_000;

    private readonly List<string> _faults = [];

    public IPage Page { get; } = page;

    public async Task GoAsync(Uri address)
    {
        Page.PageError += (_, fault) => _faults.Add(fault);
        await Page.GotoAsync(address.ToString());
        await LiveAsync();
    }

    /// <summary>Waits for the circuit: only then is a theme button pressed.</summary>
    public Task LiveAsync() => Page.Locator(".themes [aria-pressed=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    public Task SeeAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits until the URL contains all parts. It polls, because waiting for a navigation can miss an immediate one.</summary>
    public Task AddressAsync(params string[] parts) => Page.WaitForFunctionAsync("parts => parts.every(part => location.href.includes(part))", parts);

    /// <summary>Takes a screenshot and asserts no serious or critical axe-core violations, no horizontal overflow and no script errors.</summary>
    public async Task CheckAsync(string name)
    {
        // axe-core would measure colors in mid-transition.
        await Page.AddStyleTagAsync(new() { Content = "*, *::before, *::after { transition: none !important; animation: none !important; }" });
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));
        var found = await Page.EvaluateAsync<JsonElement>("() => axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
            + ".map(v => v.id + ': ' + v.nodes.map(n => n.html + ' (' + n.failureSummary + ')').join('; ')))");
        await PictureAsync(name);
        Assert.Empty(found.EnumerateArray().Select(v => v.GetString()));
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than the window");
        Assert.Empty(_faults);
    }

    public Task PictureAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"portal-{name}.png"), FullPage = true });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
