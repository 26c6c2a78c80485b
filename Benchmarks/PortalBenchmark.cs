using System.Globalization;
using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Benchmarks;

/// <summary>
/// Subcommand <c>portal</c>: time to first paint and to interactivity of pages, in Debian's Chromium over loopback, with 1,000
/// runs and a curve of 10,000 points in the Registry. The reference is a page of the same Portal without data.
/// <code>portal [VISITS]</code>
/// </summary>
internal static class PortalBenchmark
{
    private const int Runs = 1000;
    private const int Points = 10_000;
    private const int BatchMetrics = 1000;
    private const float Patience = 60_000;

    public static int Run(string[] arguments)
    {
        var visits = arguments.Length == 0 ? 10 : int.Parse(arguments[0], CultureInfo.InvariantCulture);
        RunAsync(visits).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(int visits)
    {
        await using var azurite = await AzuriteServer.StartAsync(CancellationToken.None);
        await using var registry = await RegistryProcess.StartAsync(azurite.ConnectionString, new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning" });
        var curve = await SeedAsync(new RegistryClient(new HttpClient { BaseAddress = registry.Address }));
        await using var portal = await PortalProcess.StartAsync(("registry", registry.Address));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        Console.WriteLine($"{"median of " + visits + " visits, ms",-38}{"first paint",14}{"again",10}{"live",10}{"whole",10}   first paint, ratio to a page without data");
        double? reference = null;
        foreach (var (name, path, whole) in new[]
        {
            ("a page without data", "no-such-page", "h1"),
            ("Overview", "", "h1"),
            ("Runs, 1,000 of them", "runs", "tbody tr:nth-child(50)"),
            ("Runs, filtered and ordered", "runs?filter=metrics.accuracy%20%3E%200.5&sort=metrics.accuracy&desc=1", "tbody tr:nth-child(50)"),
            ("a run with a curve of 10,000 points", $"runs/{curve}", "canvas"),
        })
        {
            var times = new List<Visit>();
            // The first visit compiles the page.
            for (var visit = -1; visit < visits; visit++)
            {
                var seen = await VisitAsync(browser, new Uri(portal.Address, path), whole);
                if (visit >= 0)
                    times.Add(seen);
            }
            var first = Median(times, t => t.FirstPaint);
            reference ??= first;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-38}{first,14:F0}{Median(times, t => t.Again),10:F0}{Median(times, t => t.Live),10:F0}{Median(times, t => t.Whole),10:F0}   {first / reference:F2}"));
        }
    }

    /// <summary>Opens the page without cache, then again with cache.</summary>
    /// <param name="whole">Selector that is present when the page is complete.</param>
    private static async Task<Visit> VisitAsync(IBrowser browser, Uri address, string whole)
    {
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        await page.Locator(whole).First.WaitForAsync();
        var complete = await page.EvaluateAsync<double>("performance.now()");
        // An error page has no circuit.
        var isStatic = address.AbsolutePath.Contains("no-such-page", StringComparison.Ordinal);
        if (!isStatic)
            await page.Locator(".themes [aria-pressed=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var live = isStatic ? complete : await page.EvaluateAsync<double>("performance.now()");
        var first = await PaintAsync(page);
        await page.ReloadAsync();
        await page.Locator(whole).First.WaitForAsync();
        return new Visit(first, await PaintAsync(page), live, complete);
    }

    private static Task<double> PaintAsync(IPage page) => page.EvaluateAsync<double>(
        "() => new Promise(done => { const look = () => { const paint = performance.getEntriesByName('first-contentful-paint')[0]; paint ? done(paint.startTime) : requestAnimationFrame(look); }; look(); })");

    /// <returns>The run with the long curve.</returns>
    private static async Task<string> SeedAsync(RegistryClient registry)
    {
        var experiment = (await registry.Experiments.GetOrCreateAsync("portal")).ExperimentId;
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < Runs; i++)
        {
            var run = await registry.Runs.CreateAsync(experiment, $"run-{i:0000}");
            await registry.Runs.LogBatchAsync(run.RunId,
                [new("accuracy", i / (double)Runs, now), new("loss", 1 - (i / (double)Runs), now), new("val_accuracy", i / (2.0 * Runs), now)],
                new Dictionary<string, string> { ["learning_rate"] = $"{i % 7}e-3", ["augmentation"] = i % 2 == 0 ? "light" : "keras" });
            await registry.Runs.UpdateAsync(run.RunId, RunStatus.Finished, now);
        }
        var last = await registry.Runs.CreateAsync(experiment, "long");
        foreach (var steps in Enumerable.Range(1, Points).Chunk(BatchMetrics))
            await registry.Runs.LogBatchAsync(last.RunId, [.. steps.Select(step => new Metric("loss", 1.0 / step, now.AddSeconds(step), step))]);
        await registry.Runs.UpdateAsync(last.RunId, RunStatus.Finished, now);
        return last.RunId;
    }

    private static double Median(List<Visit> visits, Func<Visit, double> time) => visits.Select(time).Order().ElementAt(visits.Count / 2);

    /// <summary>Milliseconds since navigation.</summary>
    /// <param name="Again">First paint with a warm cache.</param>
    /// <param name="Live">Time to interactive.</param>
    /// <param name="Whole">Time to complete content.</param>
    private sealed record Visit(double FirstPaint, double Again, double Live, double Whole);
}
