using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>The overview and the layout of all pages.</summary>
[Collection(PortalCollection.Name)]
public sealed class OverviewTests(PortalFixture fixture)
{
    [Fact]
    public async Task It_shows_live_progress_and_champions()
    {
        var registry = fixture.Registry;
        var worse = await registry.VersionAsync("overview-flowers", 0.81);
        var better = await registry.VersionAsync("overview-flowers", 0.94);
        await registry.Aliases.SetAsync("overview-flowers", "champion", new SetAliasRequest(better.Version, "better"));
        await registry.VersionAsync("overview-leaves", 0.55);
        var submitted = await registry.Jobs.SubmitAsync(new TrainingSpec { Name = "overview training", Model = "overview-flowers", Dataset = "synthetic-flowers" });
        // Jobs of other tests may be queued first.
        JobLease lease;
        do
            lease = (await registry.Jobs.LeaseAsync(new LeaseRequest("tester", ["train"], 600)))!;
        while (lease.Job.Id != submitted.Id);
        await registry.Jobs.HeartbeatAsync(submitted.Id, new HeartbeatRequest(lease.LeaseToken, new JobProgress(3, 12, "epoch 1 of 4, 41 images/s"), 600));

        await using var page = await fixture.OpenAsync("");
        var bar = page.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress of overview training" });
        await Assertions.Expect(bar).ToHaveAttributeAsync("aria-valuenow", "25", new() { Timeout = PortalPage.Patience });
        await page.SeeAsync("epoch 1 of 4, 41 images/s");
        var card = page.Page.Locator("article", new() { HasText = "overview-flowers" }).Filter(new() { HasText = "test accuracy" });
        await card.GetByText("94.0%").WaitForAsync();
        await card.GetByText($"v{better.Version}").WaitForAsync();
        await page.SeeAsync("No champion yet (1 version)");
        await page.SeeAsync($"overview-flowers v{worse.Version}");
        await page.CheckAsync("overview-light");

        await registry.Jobs.HeartbeatAsync(submitted.Id, new HeartbeatRequest(lease.LeaseToken, new JobProgress(9, 12, "epoch 3 of 4"), 600));
        await Assertions.Expect(bar).ToHaveAttributeAsync("aria-valuenow", "75", new() { Timeout = PortalPage.Patience });

        await using var dark = await fixture.OpenAsync("", colors: ColorScheme.Dark);
        await dark.CheckAsync("overview-dark");
        await using var phone = await fixture.OpenAsync("", width: 390, height: 844);
        await phone.CheckAsync("overview-390");
        await registry.Jobs.FailAsync(submitted.Id, new FailRequest(lease.LeaseToken, "the test is over"));
    }

    [Fact]
    public async Task The_selected_theme_is_kept()
    {
        await using var page = await fixture.OpenAsync("");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Dark", Exact = true }).ClickAsync();
        await page.Page.Locator("html[data-theme=dark]").WaitForAsync();
        await page.Page.ReloadAsync();
        await page.Page.Locator("html[data-theme=dark]").WaitForAsync();
        Assert.Equal("rgb(14, 18, 16)", await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task A_Registry_outage_is_shown_and_recovers()
    {
        var folder = Directory.CreateTempSubdirectory("linnaeus-portal-").FullName;
        try
        {
            var first = await RegistryServer.StartAsync(fixture.Blobs, folder);
            await using var portal = await PortalProcess.StartAsync(("registry", first.Address));
            await using (first)
            {
                await using var empty = await fixture.OpenAsync("", portal: portal.Address);
                await empty.SeeAsync("No registered models");
                await empty.CheckAsync("overview-empty");
            }

            await using var page = await fixture.OpenAsync("", portal: portal.Address);
            await page.SeeAsync("Reconnecting…");
            await page.CheckAsync("overview-outage");
            await using var second = await RegistryServer.StartAsync(fixture.Blobs, folder, $"--urls={first.Address}");
            await page.SeeAsync("No registered models");
            await page.Page.GetByText("Service unavailable").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_unknown_URL_gets_an_error_page_and_other_hosts_are_rejected()
    {
        using var http = new HttpClient { BaseAddress = fixture.Address };
        var missing = await http.GetAsync("nowhere");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("Page not found", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "");
        rebound.Headers.Host = "evil.example";
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await http.SendAsync(rebound)).StatusCode);
    }
}
