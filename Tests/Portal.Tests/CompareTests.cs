using System.Net;
using Linnaeus.Portal.Comparisons;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Comparison of model versions.</summary>
[Collection(PortalCollection.Name)]
public sealed class CompareTests(PortalFixture fixture)
{
    [Fact]
    public async Task It_reports_better_undecided_and_incomparable_pairs()
    {
        var registry = fixture.Registry;
        var first = await registry.EvaluatedAsync("compare-flowers", image => image < 40);
        // 30 of the 40 errors are fixed and 6 images regress: p is 7e-5 by hand. Then 4 fixed and 5 regressed: p is 1.
        var better = await registry.EvaluatedAsync("compare-flowers", image => image is >= 30 and < 46);
        await registry.EvaluatedAsync("compare-flowers", image => image is >= 4 and < 45);
        await registry.EvaluatedAsync("compare-other", image => image < 10, fingerprint: "sha256:leaves");
        foreach (var version in new[] { first, better })
            await registry.ExplainedAsync(version, "c0ffee00c0ffee00");

        await using var page = await fixture.OpenAsync("compare?versions=compare-flowers/1,compare-flowers/2,compare-flowers/3,compare-other/1");
        await page.SeeAsync("compare-flowers v2 is better than compare-flowers v1");
        await page.SeeAsync("Accuracy 80.0% → 92.0%: +12.0 points, 95% CI");
        await page.SeeAsync("200 paired images: 30 fixed, 6 regressed; McNemar's exact test: p < 0.0001, p = 0.00014 after Holm correction for 2 comparisons.");
        await page.SeeAsync("No significant difference between compare-flowers v3 and compare-flowers v1");
        await page.SeeAsync("4 fixed, 5 regressed; McNemar's exact test: p = 1");
        await page.SeeAsync("compare-other v1 and compare-flowers v1 cannot be compared");
        await page.SeeAsync("They were tested on different data");
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "regressed test/0040.jpg daisy daisy poppy" }).WaitForAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Row, new() { Name = "test_accuracy" })).ToContainTextAsync("0.92+0.12");
        var specs = page.Page.GetByRole(AriaRole.Region, new() { Name = "Config differences" });
        await specs.GetByRole(AriaRole.Row, new() { Name = "training_images 800 920 795 950" }).WaitForAsync();
        await Assertions.Expect(specs.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await page.Page.GetByRole(AriaRole.Img, new() { Name = "Reliability diagram of compare-other v1" }).WaitForAsync();
        await page.Page.GetByRole(AriaRole.Figure, new() { Name = "blur" }).Locator("canvas").WaitForAsync();
        var overlay = page.Page.GetByRole(AriaRole.Img, new() { Name = "Attribution map of compare-flowers v2" });
        await overlay.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(overlay).ToHaveJSPropertyAsync("naturalWidth", 4);
        await page.CheckAsync("compare-light");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "compare-other v1 vs compare-flowers v1" }).ClickAsync();
        await page.AddressAsync("with=compare-other");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Per-class changes" })).ToHaveCountAsync(0);

        await using var dark = await fixture.OpenAsync("compare?versions=compare-flowers/1,compare-flowers/2", colors: ColorScheme.Dark);
        await dark.SeeAsync("compare-flowers v2 is better than compare-flowers v1");
        await dark.SeeAsync("McNemar's exact test: p < 0.0001.");
        await dark.CheckAsync("compare-dark");
        await using var phone = await fixture.OpenAsync("compare?versions=compare-flowers/1,compare-flowers/2", width: 390, height: 844);
        await phone.SeeAsync("compare-flowers v2 is better than compare-flowers v1");
        await phone.CheckAsync("compare-390");
    }

    [Fact]
    public async Task The_comparison_can_be_copied_and_downloaded_as_Markdown()
    {
        await fixture.Registry.EvaluatedAsync("compare-markdown", image => image < 40);
        await fixture.Registry.EvaluatedAsync("compare-markdown", image => image < 20);
        await using var page = await fixture.OpenAsync("compare?versions=compare-markdown/1,compare-markdown/2");
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy as Markdown" }).ClickAsync();
        await page.SeeAsync("Copied to the clipboard");
        var copied = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.StartsWith("## compare-markdown/1 vs compare-markdown/2", copied, StringComparison.Ordinal);

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("compare-markdown-1_compare-markdown-2.md", download.SuggestedFilename);
        Assert.Equal(copied, await File.ReadAllTextAsync(await download.PathAsync()));

        using var http = new HttpClient { BaseAddress = fixture.Address };
        using var missing = await http.GetAsync(new Uri("files/compare.md?versions=compare-markdown/1,compare-markdown/99", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("99", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_are_selected_with_the_champion_as_baseline()
    {
        var registry = fixture.Registry;
        for (var wrong = 40; wrong > 0; wrong -= 20)
            await registry.EvaluatedAsync("compare-choice", image => image < wrong);
        await registry.Aliases.SetAsync("compare-choice", "champion", new SetAliasRequest("1", "the first"));

        await using var page = await fixture.OpenAsync("compare");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "compare-choice: champion v1 vs v2" }).WaitForAsync();
        await page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search versions" }).FillAsync("choice");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(2);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true })).ToBeDisabledAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "compare-choice v2" }).CheckAsync();
        await page.CheckAsync("compare-choose");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use champion compare-choice v1 as baseline" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".chip").First).ToContainTextAsync("compare-choice v1");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        await page.SeeAsync("compare-choice v2 is better than compare-choice v1");

        await using var phone = await fixture.OpenAsync("compare?versions=compare-choice/2", width: 390, height: 844);
        await phone.SeeAsync("Use champion compare-choice v1 as baseline");
        await phone.CheckAsync("compare-choose-390");
    }

    [Fact]
    public async Task A_missing_version_is_named()
    {
        await using var page = await fixture.OpenAsync("compare?versions=nowhere/1,nowhere/2");
        await page.SeeAsync("nowhere");
        await page.SeeAsync("Not found");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Change versions" }).WaitForAsync();
    }

    [Fact]
    public void Holm_adjusts_as_worked_out_by_hand()
    {
        // In ascending order 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1 are 0.04, 0.06, 0.06, 0.04; the last may not be below 0.06.
        Assert.Equal([0.06, 0.04, 0.06, 0.06], Verdict.Holm([0.04, 0.01, 0.03, 0.02]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], Verdict.Holm([0.9, 0.8]));
    }
}
