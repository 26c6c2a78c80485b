using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Platform.Tests;

/// <summary>A user's path through the Portal: train, watch, compare, promote, explain, analyze errors.</summary>
public sealed class PortalWalkTests(PlatformFixture fixture) : IAsyncLifetime
{
    private const float Patience = 90_000;

    private Chromium? _chromium;
    private IPage? _page;

    private IPage Page => _page ?? throw new InvalidOperationException("The browser did not start.");

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.StartAsync();
        _page = await _chromium.OpenAsync(await fixture.Platform.PortalAsync(TestContext.Current.CancellationToken));
        Page.SetDefaultTimeout(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await Chromium.KeepAsync(_page, "walk-last", whole: true);
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    [Fact]
    public async Task Train_watch_compare_promote_explain_and_analyze_errors()
    {
        var faults = new List<string>();
        Page.PageError += (_, fault) => faults.Add(fault);

        await LinkAsync("Train");
        await LiveAsync();
        var json = Page.GetByRole(AriaRole.Textbox, new() { Name = "Configuration (JSON)" });
        await json.FillAsync(JsonSerializer.Serialize(new { kind = "train", spec = TrainingJobs.Small("walk") with { Epochs = 6, RobustnessImages = 2 } }, ApiJson.Options));
        await Assertions.Expect(Page.GetByLabel("Model", new() { Exact = true })).ToHaveValueAsync("walk", new() { Timeout = Patience });
        await Chromium.KeepAsync(Page, "walk-train");
        await TrainAsync("walk v1");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Clone run" }).ClickAsync();
        await Page.GetByLabel("Augmentation", new() { Exact = true }).SelectOptionAsync("light");
        await Assertions.Expect(json).ToHaveValueAsync(new Regex("\"light\""), new() { Timeout = Patience });
        await TrainAsync("walk v2");

        await LinkAsync("Models");
        await Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^walk ") }).GetByRole(AriaRole.Link, new() { Name = "walk", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select v1" }).CheckAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select v2" }).CheckAsync();
        await Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Region, new() { Name = "Config differences" }).GetByText("augmentation").First.WaitForAsync();
        await Chromium.KeepAsync(Page, "walk-compare", whole: true);

        await PromoteAsync();
        await ExplainAsync();
        await DiagnoseAsync();
        Assert.Empty(faults);
    }

    private async Task TrainAsync(string version)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/jobs/[0-9a-f]{32}$"), new() { Timeout = Patience });
        await Page.GetByRole(AriaRole.Link, new() { Name = version, Exact = true }).WaitForAsync();
        await Page.Locator(".charts canvas").First.WaitForAsync();
        await Chromium.KeepAsync(Page, $"walk-job-{version.Replace(' ', '-')}");
    }

    private async Task PromoteAsync()
    {
        await LinkAsync("Models");
        await Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^walk ") }).GetByRole(AriaRole.Link, new() { Name = "walk", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "v2", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Promote", Exact = true }).ClickAsync();
        await Page.GetByLabel("Reason").FillAsync("a walk through the Portal");
        await Page.GetByLabel("User").FillAsync("a test");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("a test champion .* a walk through the Portal") }).WaitForAsync();
        await Chromium.KeepAsync(Page, "walk-promote", whole: true);
        var champion = await fixture.Platform.CreateRegistryClient().ModelVersions.GetAsync(ModelUri.Parse("models:/walk@champion"), TestContext.Current.CancellationToken);
        Assert.Contains("champion", champion.Aliases);
    }

    private async Task ExplainAsync()
    {
        await LinkAsync("Explain");
        await LiveAsync();
        await Page.GetByLabel("Model version", new() { Exact = true }).FillAsync("walk@champion");
        await Page.GetByLabel("Model version", new() { Exact = true }).PressAsync("Tab");
        await Page.Locator(".strip button").First.ClickAsync();
        await Page.Locator(".scores li").First.WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
        var map = Page.GetByRole(AriaRole.Article, new() { Name = "Grad-CAM", Exact = true }).Locator(".layer");
        await Assertions.Expect(map).ToHaveJSPropertyAsync("complete", true, new() { Timeout = Patience });
        await Assertions.Expect(map).ToHaveJSPropertyAsync("naturalWidth", 64, new() { Timeout = Patience });
        await Chromium.KeepAsync(Page, "walk-explain", whole: true);
    }

    private async Task DiagnoseAsync()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Error analysis" }).ClickAsync();
        await Assertions.Expect(Page.GetByLabel("Model version", new() { Exact = true })).ToHaveValueAsync("walk@champion", new() { Timeout = Patience });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run analysis", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Outcome × focus" }).WaitForAsync();
        await Chromium.KeepAsync(Page, "walk-diagnose", whole: true);
    }

    private Task LinkAsync(string name) => Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Waits until the page is interactive.</summary>
    private Task LiveAsync() => Page.Locator(".themes [aria-pressed=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
