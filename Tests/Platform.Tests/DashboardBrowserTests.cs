using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Platform.Tests;

/// <summary>The dashboard of the running platform.</summary>
public sealed class DashboardBrowserTests(PlatformFixture fixture) : IAsyncLifetime
{
    private const int Patience = 60_000;

    private Chromium? _chromium;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _chromium = await Chromium.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_token_there_is_only_the_login_page()
    {
        var page = await OpenAsync("/traces");
        await page.GetByTestId("login-form").WaitForAsync();
        await page.Locator("#token").FillAsync("wrong");
        await page.GetByTestId("login-submit").ClickAsync();
        Assert.Contains("/login", page.Url, StringComparison.Ordinal);

        await page.Locator("#token").FillAsync(RunningPlatform.DashboardToken);
        await page.GetByTestId("login-submit").ClickAsync();
        await page.GetByTestId("page-traces").WaitForAsync();
    }

    [Fact]
    public async Task Every_page_shows_what_a_training_did()
    {
        var registry = fixture.Platform.CreateRegistryClient();
        var submitted = await registry.Jobs.SubmitAsync(TrainingJobs.Small("seen") with { ExplainImages = 1 }, Cancellation);
        var job = await registry.WaitAsync(submitted.Id, TimeSpan.FromMinutes(5), Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);

        var page = await OpenAsync($"/login?t={RunningPlatform.DashboardToken}");
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                faults.Add(message.Text);
        };

        foreach (var resource in (string[])["storage", "registry", "trainer", "explainer"])
            await SeeAsync(page.GetByTestId("resource-rows"), resource);
        await Chromium.KeepAsync(page, "resources");

        await page.GetByTestId("nav-console").ClickAsync();
        await page.GetByTestId("page-console").WaitForAsync();
        await Chromium.KeepAsync(page, "console");

        await page.GetByTestId("nav-logs").ClickAsync();
        await page.GetByTestId("page-logs").WaitForAsync();
        await Chromium.KeepAsync(page, "logs");

        await page.GetByTestId("nav-traces").ClickAsync();
        // Whoever waits for a job asks for it often: the newest traces are not the ones to look for.
        await page.GetByTestId("filter-text").FillAsync("POST /api/jobs");
        var trace = page.GetByTestId("trace-row")
            .Filter(new() { HasText = "POST /api/jobs" }).Filter(new() { HasText = "trainer" }).Filter(new() { HasText = "explainer" }).First;
        await trace.ClickAsync(new() { Timeout = Patience });
        await SeeAsync(page.GetByTestId("trace-services"), "trainer");
        await page.GetByTestId("span-row").GetByText("train", new() { Exact = true }).First.WaitForAsync(new() { Timeout = Patience });
        await page.GetByTestId("span-row").GetByText("dataset", new() { Exact = true }).First.WaitForAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "trace");

        await page.GetByTestId("nav-metrics").ClickAsync();
        await page.GetByTestId("page-metrics").WaitForAsync();
        await Chromium.KeepAsync(page, "metrics");

        Assert.Empty(faults);
    }

    private static Task SeeAsync(ILocator place, string text) =>
        place.GetByText(text).First.WaitForAsync(new() { Timeout = Patience });

    private Task<IPage> OpenAsync(string path) => _chromium!.OpenAsync(new Uri(fixture.Platform.Dashboard, path));
}
