using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Error analysis reports.</summary>
[Collection(PortalCollection.Name)]
public sealed class DiagnosisPageTests(PortalFixture fixture)
{
    private const int ImageSize = 64;

    [Fact]
    public async Task An_error_analysis_reports_the_four_cases()
    {
        var name = await RegisterAsync("diagnosed", classes: 4);
        await using var page = await fixture.OpenAsync($"models/{name}/1");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Error analysis", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("Model version", new() { Exact = true })).ToHaveValueAsync($"{name}/1", new() { Timeout = PortalPage.Patience });
        await page.Page.GetByLabel("Sanity-check images").FillAsync("2");
        await page.Page.GetByLabel("Sanity-check images").PressAsync("Tab");
        await page.CheckAsync("diagnoses");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Run analysis", Exact = true }).ClickAsync();

        await page.SeeAsync($"Attention report: {name} v1");
        await page.SeeAsync("Outcome × focus");
        var id = new Uri(page.Page.Url).AbsolutePath.Split('/')[^1];
        var job = await fixture.Registry.Jobs.GetAsync(id);
        var result = job.Result!.Value.Deserialize<DiagnosisResult>(ApiJson.Options)!;
        var report = JsonSerializer.Deserialize<DiagnosisReport>(
            await fixture.Registry.Artifacts.ReadBytesAsync(ArtifactUri.OfRun(result.RunId, $"{result.ArtifactPath}/report.json")), ApiJson.Options)!;
        Assert.Equal(20, report.Images);
        foreach (var found in report.Cases)
        {
            var words = $"{(found.Correct ? "Correct" : "Incorrect")}, focus {(found.OnSubject ? "on" : "off")} object";
            await page.Page.GetByRole(AriaRole.Article, new() { Name = words, Exact = true }).GetByText($"{found.Count} of 20").WaitForAsync();
        }
        await Assertions.Expect(page.Page.Locator(".sheet img")).Not.ToHaveJSPropertyAsync("naturalWidth", 0, new() { Timeout = PortalPage.Patience });
        await page.SeeAsync("Sanity check (model randomization)");
        await page.SeeAsync("The maps have 2 × 2 cells");
        Assert.Empty(report.ShortcutsSuspected);
        await page.CheckAsync("report-light");

        var largest = report.Cases.MaxBy(found => found.Count)!;
        await page.Page.GetByRole(AriaRole.Article, new() { Name = $"{(largest.Correct ? "Correct" : "Incorrect")}, focus {(largest.OnSubject ? "on" : "off")} object", Exact = true })
            .GetByRole(AriaRole.Link, new() { Name = "Show these images" }).ClickAsync();
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex($"case={largest.Name}"), new() { Timeout = PortalPage.Patience });
        var rows = page.Page.GetByRole(AriaRole.Region, new() { Name = "Images" }).Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(largest.Count, new() { Timeout = PortalPage.Patience });
        await using var phone = await fixture.OpenAsync(new Uri(page.Page.Url).PathAndQuery[1..], width: 390, height: 844, colors: ColorScheme.Dark);
        await phone.SeeAsync("Outcome × focus");
        await phone.CheckAsync("report-390-dark");
    }

    [Fact]
    public async Task A_failed_error_analysis_is_explained()
    {
        var name = await RegisterAsync("undiagnosed", classes: 2, fingerprint: new string('0', 64));
        await using var page = await fixture.OpenAsync($"reports?model={name}/1");
        await page.Page.GetByLabel("Max errors").FillAsync("5000");
        await page.Page.GetByLabel("Max errors").PressAsync("Tab");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Run analysis", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Alert).GetByText("worst_errors").First.WaitForAsync();
        await page.Page.GetByLabel("Max errors").FillAsync("5");
        await page.Page.GetByLabel("Max errors").PressAsync("Tab");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Run analysis", Exact = true }).ClickAsync();
        await page.SeeAsync("Error analysis failed");
        await page.Page.GetByRole(AriaRole.Alert).GetByText("fingerprint").First.WaitForAsync();
        await page.CheckAsync("report-failed");
        await page.Page.GotoAsync(new Uri(fixture.Address, "reports").ToString());
        await page.SeeAsync($"{name} v1");

        await using var unknown = await fixture.OpenAsync("reports/00000000000000000000000000000000");
        await unknown.SeeAsync("Not found");
    }

    private async Task<string> RegisterAsync(string name, int classes, string? fingerprint = null) =>
        (await Versions.RegisterDrawnAsync(fixture.Registry, $"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)], classes, testPerClass: 5, ImageSize, fingerprint)).Version.Name;
}
