using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>The run list: filter, sorting, columns, pages and overlaid charts.</summary>
[Collection(PortalCollection.Name)]
public sealed class RunsPageTests(PortalFixture fixture)
{
    [Fact]
    public async Task Runs_are_filtered_sorted_and_overlaid()
    {
        var registry = fixture.Registry;
        foreach (var accuracy in new[] { 0.71, 0.93, 0.85 })
            await registry.RunAsync("runs page", $"accuracy {accuracy:0.00}", accuracy, 50);
        var experiment = (await registry.Experiments.FindAsync("runs page"))!.ExperimentId;

        await using var page = await fixture.OpenAsync($"runs?experiment={experiment}");
        var names = page.Page.Locator("td.run-name");
        await Assertions.Expect(names).ToHaveTextAsync(["accuracy 0.85", "accuracy 0.93", "accuracy 0.71"]);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "test_accuracy" }).ClickAsync();
        await Assertions.Expect(names).ToHaveTextAsync(["accuracy 0.93", "accuracy 0.85", "accuracy 0.71"]);
        await page.Page.GetByRole(AriaRole.Columnheader, new() { Name = "test_accuracy" }).And(page.Page.Locator("[aria-sort=descending]")).WaitForAsync();

        var filter = page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter" });
        await filter.FillAsync("metrics.test_accuracy > 0.8 AND");
        await filter.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Alert).GetByText("Invalid clause(s) in filter string").WaitForAsync();
        await page.CheckAsync("runs-fault");
        await filter.FillAsync("metrics.test_accuracy > 0.8 AND params.augmentation = 'light'");
        await filter.PressAsync("Enter");
        await Assertions.Expect(names).ToHaveTextAsync(["accuracy 0.93", "accuracy 0.85"]);

        await page.Page.Locator("summary", new() { HasText = "Columns" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "learning_rate" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Columnheader, new() { Name = "learning_rate" }).WaitForAsync();
        await page.Page.Locator("summary", new() { HasText = "Columns" }).ClickAsync();

        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select accuracy 0.93" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Select accuracy 0.85" }).CheckAsync();
        var chart = page.Page.GetByRole(AriaRole.Figure, new() { Name = "val_accuracy", Exact = true });
        await Assertions.Expect(chart.Locator(".chart-legend li")).ToHaveCountAsync(2);
        await chart.Locator("canvas").WaitForAsync();
        await page.CheckAsync("runs-light");

        // The URL alone restores the same view.
        var address = new Uri(page.Page.Url).PathAndQuery.TrimStart('/');
        await using var dark = await fixture.OpenAsync(address, colors: ColorScheme.Dark);
        await Assertions.Expect(dark.Page.Locator("td.run-name")).ToHaveTextAsync(["accuracy 0.93", "accuracy 0.85"]);
        await dark.Page.GetByRole(AriaRole.Columnheader, new() { Name = "learning_rate" }).WaitForAsync();
        await dark.Page.GetByRole(AriaRole.Figure, new() { Name = "val_accuracy", Exact = true }).Locator("canvas").WaitForAsync();
        await dark.CheckAsync("runs-dark");
        await using var phone = await fixture.OpenAsync(address, width: 390, height: 844);
        await phone.Page.GetByRole(AriaRole.Figure, new() { Name = "val_accuracy", Exact = true }).Locator("canvas").WaitForAsync();
        await phone.CheckAsync("runs-390");
    }

    [Fact]
    public async Task A_long_list_is_paged()
    {
        var registry = fixture.Registry;
        var experiment = (await registry.Experiments.GetOrCreateAsync("many runs")).ExperimentId;
        await Parallel.ForEachAsync(Enumerable.Range(0, 120), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellationToken) =>
        {
            var run = await registry.Runs.CreateAsync(experiment, $"run {i:000}", cancellationToken: cancellationToken);
            await registry.Runs.LogBatchAsync(run.RunId, [new Metric("accuracy", i / 120.0, DateTimeOffset.UtcNow)], new Dictionary<string, string> { ["note"] = new string('x', 400) + i }, cancellationToken: cancellationToken);
            await registry.Runs.UpdateAsync(run.RunId, RunStatus.Finished, DateTimeOffset.UtcNow, cancellationToken: cancellationToken);
        });

        await using var page = await fixture.OpenAsync($"runs?experiment={experiment}&sort=metrics.accuracy&desc=1");
        await page.SeeAsync("Page 1 of 3");
        await Assertions.Expect(page.Page.Locator("td.run-name")).ToHaveCountAsync(50);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await page.SeeAsync("Page 2 of 3");
        await Assertions.Expect(page.Page.Locator("td.run-name").First).ToHaveTextAsync("run 069");
        await page.GoAsync(new Uri(fixture.Address, $"runs?experiment={experiment}&page=9"));
        await page.SeeAsync("Page 9 does not exist");
        await page.GoAsync(new Uri(fixture.Address, $"runs?experiment={experiment}&filter={Uri.EscapeDataString("metrics.accuracy > 2")}"));
        await page.SeeAsync("No runs match");
        await page.CheckAsync("runs-empty");
        // An invalid filter in a shared URL stays in the field to be fixed.
        await page.GoAsync(new Uri(fixture.Address, $"runs?experiment={experiment}&filter=oops"));
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter" })).ToHaveValueAsync("oops");
        await page.Page.GetByRole(AriaRole.Alert).WaitForAsync();
    }
}
