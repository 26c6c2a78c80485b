using System.Diagnostics;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Platform.Tests;

/// <summary>Aspire's dashboard of the running platform.</summary>
public sealed class DashboardBrowserTests(PlatformFixture fixture) : IAsyncLifetime
{
    private const int Patience = 90_000;

    /// <summary>Collapses the spans below the run's own, so that its epochs fit on one screen.</summary>
    private const string CloseRequests = """
        async () => {
            const open = () => [...document.querySelectorAll('.main-grid-expanded')]
                .find(span => parseInt(span.style.marginLeft) >= 30 && span.querySelector('fluent-button'));
            for (let i = 0; i < 100 && open(); i++) {
                open().querySelector('fluent-button').click();
                await new Promise(done => setTimeout(done, 200));
            }
            document.querySelector('.tracedetails-grid-container').scrollTop = 0;
            await new Promise(done => setTimeout(done, 500));
        }
        """;

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
        var token = page.Locator("#token-field input");
        var enter = page.Locator("form fluent-button").Filter(new() { HasText = "Log in" });
        await token.FillAsync("wrong");
        await enter.ClickAsync();
        await page.GetByText("Invalid token").WaitForAsync(new() { Timeout = Patience });
        Assert.Contains("/login", page.Url, StringComparison.Ordinal);

        await token.FillAsync(RunningPlatform.DashboardToken);
        await enter.ClickAsync();
        await SeeAsync(page.Locator("h1"), "Traces");
    }

    [Fact]
    public async Task Resources_are_named_linked_and_can_be_given_commands()
    {
        var page = await OpenAsync($"/login?t={RunningPlatform.DashboardToken}");
        foreach (var resource in (string[])["storage", "registry", "trainer", "explainer", "portal"])
            await page.Locator(".resources-grid-container").GetByText(resource, new() { Exact = true }).First.WaitForAsync(new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Link, new() { Name = "Portal", Exact = true }).First.WaitForAsync(new() { Timeout = Patience });
        // The dashboard must not ask for a certificate, since none is used.
        Assert.Equal(0, await page.GetByText("certificate").CountAsync());
        await Chromium.KeepAsync(page, "dashboard-resources");

        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Registry, for MLflow clients" }).Locator("fluent-button[title='Actions']").ClickAsync(new() { Timeout = Patience });
        await page.Locator("fluent-menu-item:visible").Filter(new() { HasTextRegex = new("^\\s*Commands") }).First.ClickAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "dashboard-commands");
        await page.Locator("fluent-menu-item:visible").Filter(new() { HasText = "Create a token" }).Last.ClickAsync(new() { Timeout = Patience });
        var form = page.Locator("#interactions-input-dialog");
        foreach (var label in (string[])["Token name", "Scope", "Expires after (days)"])
            await SeeAsync(form, label);
        await Chromium.KeepAsync(page, "dashboard-form");
    }

    [Fact]
    public async Task A_run_is_one_trace_with_its_epochs_and_there_are_logs_and_metrics()
    {
        var registry = fixture.Platform.CreateRegistryClient();
        var trace = ActivityTraceId.CreateRandom();
        var id = await TrainingJobs.SubmitAsync(
            fixture.Platform.Registry, TrainingJobs.Small("seen") with { ExplainImages = 1, Epochs = 4 }, $"00-{trace}-{ActivitySpanId.CreateRandom()}-01", Cancellation);
        var job = await registry.WaitAsync(id, TimeSpan.FromMinutes(5), Cancellation);
        Assert.True(job.Status == JobStatus.Succeeded, job.Error);
        using (var dashboard = new DashboardClient(fixture.Platform.Dashboard))
            await dashboard.WaitForSpansAsync(trace.ToString(), spans => spans.Any(span => span.Resource == "explainer"), TimeSpan.FromMinutes(3), Cancellation);

        var page = await OpenAsync($"/login?t={RunningPlatform.DashboardToken}");
        await SeeAsync(page.Locator("h1"), "Resources");
        await GoAsync(page, $"/traces/detail/{trace}");
        var spans = page.Locator(".tracedetails-grid-container");
        foreach (var span in (string[])["train", "dataset", "epoch 1"])
            await spans.Locator(".span-name-container").GetByText(span).First.WaitForAsync(new() { Timeout = Patience });
        // The page contains visible rows only.
        await page.EvaluateAsync(CloseRequests);
        await spans.Locator(".span-name-container").GetByText("epoch 4").First.WaitForAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "dashboard-trace");

        await GoAsync(page, "/structuredlogs/resource/trainer");
        await page.GetByText($"Job {id}").First.WaitForAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "dashboard-logs");

        await GoAsync(page, "/metrics/resource/trainer");
        await page.GetByText("linnaeus").First.WaitForAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "dashboard-metrics");

        await GoAsync(page, "/consolelogs/resource/trainer");
        await page.GetByText("waiting for train jobs").First.WaitForAsync(new() { Timeout = Patience });
        await Chromium.KeepAsync(page, "dashboard-console");
    }

    private static Task SeeAsync(ILocator place, string text) =>
        place.GetByText(text).First.WaitForAsync(new() { Timeout = Patience });

    private Task<IResponse?> GoAsync(IPage page, string path) => page.GotoAsync(new Uri(fixture.Platform.Dashboard, path).ToString());

    private Task<IPage> OpenAsync(string path) => _chromium!.OpenAsync(new Uri(fixture.Platform.Dashboard, path));
}
