using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Linnaeus.StandIns.Tests;

/// <summary>
/// The pages in a real Chromium, over a scene of a running platform. With LINNAEUS_SCREENSHOTS set to a folder it also
/// takes a picture of every page, on a desk and on a phone, light and dark.
/// </summary>
public sealed class DashboardBrowserTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
    private static readonly (string Name, string Path)[] Pages =
    [
        ("resources", "/"), ("details", "/resources/trainer"), ("console", "/console/trainer"), ("logs", "/logs"), ("traces", "/traces"), ("trace", $"/traces/{DashboardScene.TrainTrace}"),
        ("metrics", "/metrics?resource=trainer&meter=Linnaeus.Trainer&name=linnaeus.training.throughput"),
    ];

    private readonly List<string> _complaints = [];
    private DashboardUnderTest _dashboard = null!;
    private IPlaywright? _playwright;
    private IBrowser _browser = null!;
    private IPage _page = null!;

    private string Root => _dashboard.Host.FrontendUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists(Chromium), $"needs Debian's Chromium at {Chromium}");
        _dashboard = await DashboardUnderTest.StartAsync();
        await DashboardScene.SetAsync(_dashboard);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments });
        _page = await OpenAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
    }

    public async ValueTask DisposeAsync()
    {
        if (_playwright is null)
            return;
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task Every_page_shows_its_part_of_the_scene()
    {
        await ResourcesAsync();
        await ConsoleAsync();
        await LogsAsync();
        await TracesAsync();
        await MetricsAsync();
        // Neither page errors nor refusals of the content security policy.
        Assert.Empty(_complaints);
        await Expect(_page).Not.ToHaveTitleAsync(new Regex("broken"));
    }

    [Fact]
    public async Task Changes_appear_without_a_reload_and_commands_reach_the_model()
    {
        await _page.GotoAsync(Root + "/");
        var registry = _page.GetByTestId("resource-registry");
        await Expect(registry).ToContainTextAsync("Running");
        await DashboardScene.PublishAsync(_dashboard, "registry", "Project", KnownResourceStates.Exited, DateTime.UtcNow.AddMinutes(-1), "/x/Registry.csproj", null, [], exitCode: 3);
        await Expect(registry).ToContainTextAsync("Exit code 3");
        await registry.GetByTestId("command-start").ClickAsync();
        await Expect(_page.GetByTestId("toast").Last).ToContainTextAsync("registry started");
        Assert.Equal(["registry start"], _dashboard.Commands);

        await _page.GotoAsync(Root + "/console/storage");
        await Expect(_page.GetByTestId("empty")).ToContainTextAsync("Nothing written yet");
        _dashboard.Logs.Write("storage", "Azurite Blob service is successfully listening", false);
        await Expect(_page.GetByTestId("console-lines")).ToContainTextAsync("successfully listening");

        await _page.GotoAsync(Root + "/traces?text=brand-new");
        await _dashboard.AcceptedAsync("traces", DashboardOtlp.Export("portal", "Tests", DashboardOtlp.Span("11f92f3577b34da6a3ce929d0e0e4711", "11f067aa0ba90211", null, "brand-new request", 2, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1))));
        await Expect(_page.GetByTestId("trace-row")).ToHaveCountAsync(1);

        const string late = "22f92f3577b34da6a3ce929d0e0e4722";
        await _page.GotoAsync($"{Root}/traces/{late}");
        await Expect(_page.Locator(".problem")).ToContainTextAsync("has not arrived yet");
        await _dashboard.AcceptedAsync("traces", DashboardOtlp.Export("portal", "Tests", DashboardOtlp.Span(late, "22f067aa0ba90222", null, "late request", 2, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1))));
        await Expect(_page.GetByTestId("trace-title")).ToHaveTextAsync("late request");
        await Expect(_page.Locator(".problem")).ToHaveCountAsync(0);

        await _dashboard.Host.DisposeAsync();
        await Expect(_page.Locator("#banner")).ToContainTextAsync("Reconnecting");
    }

    [Fact]
    public async Task The_login_form_lets_the_right_token_in()
    {
        await using var context = await _browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(Root + "/traces");
        await page.GetByTestId("login-token").FillAsync("wrong");
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await page.GetByTestId("login-token").FillAsync(DashboardUnderTest.Token);
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page.GetByTestId("page-traces")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Pages_fit_their_window(int width, int height, ColorScheme scheme)
    {
        var page = await OpenAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, DeviceScaleFactor = width < 500 ? 2 : 1 });
        foreach (var (name, path) in Pages)
        {
            await page.GotoAsync(Root + path);
            await Expect(page.Locator("main .page")).ToBeVisibleAsync();
            await Expect(page.GetByTestId("live")).ToHaveAttributeAsync("data-state", "on");
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
            if (Environment.GetEnvironmentVariable("LINNAEUS_SCREENSHOTS") is { Length: > 0 } folder)
            {
                await page.WaitForTimeoutAsync(700);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme}.png".ToLowerInvariant()) });
            }
        }
        Assert.Empty(_complaints);
    }

    private async Task ResourcesAsync()
    {
        await _page.GotoAsync(Root + "/");
        await Expect(_page.GetByTestId("resource-summary")).ToHaveTextAsync("6 resources · 4 running · 2 need attention");
        await Expect(_page.GetByTestId("resource-trainer")).ToContainTextAsync("Not healthy");
        await Expect(_page.GetByTestId("resource-explainer").GetByTestId("command-stop")).ToBeDisabledAsync();
        await Expect(_page.GetByTestId("resource-explainer").GetByTestId("error-count")).ToHaveTextAsync("1 error");
        await _page.GetByTestId("resource-registry").GetByRole(AriaRole.Link, new() { Name = "registry", Exact = true }).ClickAsync();
        await Expect(_page).ToHaveURLAsync(Root + "/resources/registry");
        var secret = _page.GetByTestId("value-ConnectionStrings__blobs");
        await Expect(secret).ToHaveTextAsync("••••••••");
        await _page.GetByTestId("reveal-ConnectionStrings__blobs").ClickAsync();
        await Expect(secret).ToHaveTextAsync("AccountKey=hidden-value");
        await _page.Keyboard.PressAsync("Escape");
        await Expect(_page).ToHaveURLAsync(Root + "/");
    }

    private async Task ConsoleAsync()
    {
        await _page.GetByTestId("nav-console").ClickAsync();
        await _page.GetByTestId("console-tab-registry").ClickAsync();
        var lines = _page.GetByTestId("console-lines");
        await Expect(lines).ToContainTextAsync("<script>document.title = 'broken'</script> is only text");
        await _page.GetByTestId("console-tab-trainer").ClickAsync();
        await Expect(lines.Locator(".line.err")).ToHaveCountAsync(2);
        await _page.GetByTestId("filter-text").FillAsync("Epoch 12/");
        await Expect(lines.Locator(".line")).ToHaveCountAsync(1);
        await Expect(lines.Locator("mark")).ToHaveTextAsync("Epoch 12/");
    }

    private async Task LogsAsync()
    {
        await _page.GotoAsync(Root + "/logs?level=error");
        await Expect(_page.GetByTestId("log-row")).ToHaveCountAsync(1);
        await _page.GetByTestId("log-row").ClickAsync();
        await Expect(_page.GetByTestId("log-message")).ToContainTextAsync("<img src=x");
        await Expect(_page.GetByTestId("panel")).ToContainTextAsync("models:/flowers/9");
        await _page.GetByTestId("log-trace").ClickAsync();
        await Expect(_page.GetByTestId("trace-title")).ToHaveTextAsync("POST /api/explanations");
    }

    private async Task TracesAsync()
    {
        await _page.GotoAsync(Root + "/traces?resource=trainer");
        await Expect(_page.GetByTestId("trace-row")).ToHaveCountAsync(2);
        await _page.GetByTestId("trace-row").Filter(new() { HasText = "POST /api/jobs" }).ClickAsync();
        await Expect(_page.GetByTestId("trace-facts")).ToContainTextAsync("32 spans");
        await Expect(_page.GetByTestId("trace-services")).ToContainTextAsync("explainer");
        await _page.GetByTestId("span-row").Filter(new() { HasText = "epoch 4" }).ClickAsync();
        await Expect(_page.GetByTestId("panel")).ToContainTextAsync("linnaeus.val_accuracy");
        await _page.GetByTestId("collapse-all").ClickAsync();
        await Expect(_page.GetByTestId("span-row").Filter(new() { HasText = "checkpoint upload" })).ToHaveCountAsync(0);
        // Two thousand spans: only those in sight are in the document, and the last one can be reached.
        await _page.GotoAsync($"{Root}/traces/{DashboardScene.LongTrace}");
        await Expect(_page.GetByTestId("trace-facts")).ToContainTextAsync("2,000 spans");
        Assert.InRange(await _page.GetByTestId("span-row").CountAsync(), 10, 80);
        await _page.GetByTestId("waterfall").FocusAsync();
        await _page.Keyboard.PressAsync("End");
        await Expect(_page.Locator("[role=treeitem][aria-selected=true]")).ToBeInViewportAsync();
        await Expect(_page.GetByTestId("panel")).ToContainTextAsync("step");
    }

    private async Task MetricsAsync()
    {
        await _page.GotoAsync(Root + "/metrics?resource=trainer");
        await Expect(_page.GetByTestId("chart-title")).ToContainTextAsync("linnaeus.training");
        await _page.GetByTestId("instrument-linnaeus.training.throughput").ClickAsync();
        await Expect(_page.GetByTestId("metric-lines")).ToContainTextAsync("run=keras");
        await Expect(_page.GetByTestId("metric-lines")).ToContainTextAsync("images/s");
        await Expect(_page.GetByTestId("chart").Locator("canvas")).ToBeVisibleAsync();
        await _page.GotoAsync(Root + "/metrics?resource=registry&meter=Microsoft.AspNetCore.Hosting&name=http.server.request.duration");
        await Expect(_page.GetByTestId("metric-lines")).ToContainTextAsync("p99");
    }

    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        var page = await (await _browser.NewContextAsync(options)).NewPageAsync();
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("ERR_CONNECTION", StringComparison.Ordinal))
                _complaints.Add($"{page.Url}: {message.Text}");
        };
        await page.GotoAsync($"{Root}/login?t={DashboardUnderTest.Token}");
        return page;
    }
}
