using System.Text;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>A run page: charts, parameters and artifacts.</summary>
[Collection(PortalCollection.Name)]
public sealed class RunPageTests(PortalFixture fixture)
{
    [Fact]
    public async Task It_shows_charts_values_and_artifacts()
    {
        var registry = fixture.Registry;
        var run = await registry.RunAsync("run page", "light, 200 steps", 0.9, 200);
        await registry.Artifacts.UploadBytesAsync(run, "figures/loss.svg", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' width='200' height='90'><rect width='200' height='90' fill='#8ab'/></svg>"));
        await registry.Artifacts.UploadBytesAsync(run, "evaluation/test.json", Encoding.UTF8.GetBytes("""{"accuracy":0.9,"classes":["a","b"]}"""));

        await using var page = await fixture.OpenAsync($"runs/{run}");
        await page.SeeAsync("light, 200 steps");
        var loss = page.Page.GetByRole(AriaRole.Figure, new() { Name = "loss", Exact = true });
        await loss.Locator("canvas").WaitForAsync();
        await loss.GetByText("200 points, min").WaitForAsync();
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "val_accuracy" }).GetByText("0.8939").First.WaitForAsync();
        await page.Page.GetByRole(AriaRole.Row, new() { Name = "learning_rate" }).GetByText("0.001").WaitForAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "evaluation/" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "test.json" }).ClickAsync();
        await page.Page.Locator("pre", new() { HasText = "\"accuracy\": 0.9" }).WaitForAsync();
        await page.CheckAsync("run-light");

        await page.Page.GetByRole(AriaRole.Slider, new() { Name = "Smoothing" }).EvaluateAsync("e => { e.value = '0.9'; e.dispatchEvent(new Event('change', { bubbles: true })); }");
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Log scale" }).CheckAsync();
        await page.AddressAsync("smooth=0.9", "log=True", "test.json");

        // The URL alone restores the same view.
        await using var dark = await fixture.OpenAsync(new Uri(page.Page.Url).PathAndQuery.TrimStart('/'), colors: ColorScheme.Dark);
        await dark.Page.GetByRole(AriaRole.Figure, new() { Name = "accuracy", Exact = true }).Locator("canvas").WaitForAsync();
        await dark.Page.Locator("pre", new() { HasText = "\"accuracy\": 0.9" }).WaitForAsync();
        await Assertions.Expect(dark.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Log scale" })).ToBeCheckedAsync();
        await dark.CheckAsync("run-dark");

        await using var phone = await fixture.OpenAsync($"runs/{run}?file=figures/loss.svg", width: 390, height: 844);
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Img, new() { Name = "figures/loss.svg" })).ToHaveJSPropertyAsync("naturalWidth", 200);
        await phone.CheckAsync("run-390");
    }

    [Fact]
    public async Task A_live_run_updates_its_charts()
    {
        var registry = fixture.Registry;
        var experiment = await registry.Experiments.GetOrCreateAsync("run page");
        var run = await registry.Runs.CreateAsync(experiment.ExperimentId, "live run");
        await using var page = await fixture.OpenAsync($"runs/{run.RunId}");
        await page.SeeAsync("Charts appear here with the first values");
        await LogAsync(1, 2);
        await page.Page.GetByText("2 points, min 0.5, max 1").WaitForAsync();
        await page.Page.Locator("canvas").EvaluateAsync("canvas => { canvas.marked = true; }");
        await LogAsync(4);
        await page.Page.GetByText("3 points, min 0.25, max 1").WaitForAsync();
        Assert.True(await page.Page.Locator("canvas").EvaluateAsync<bool>("canvas => canvas.marked === true"), "the chart was recreated");
        await registry.Runs.UpdateAsync(run.RunId, RunStatus.Finished, DateTimeOffset.UtcNow);
        await page.Page.Locator(".pill", new() { HasText = "succeeded" }).WaitForAsync();

        async Task LogAsync(params int[] steps) =>
            await registry.Runs.LogMetricsAsync(run.RunId, [.. steps.Select(step => new Metric("train_loss", 1.0 / step, DateTimeOffset.UtcNow, step))]);
    }

    [Fact]
    public async Task A_missing_run_is_reported()
    {
        await using var page = await fixture.OpenAsync("runs/00000000000000000000000000000000");
        await page.SeeAsync("Not found");
        await page.CheckAsync("run-missing");
    }
}
