using Linnaeus.Registry.Client;
using Microsoft.Playwright;

namespace Linnaeus.Portal.Tests;

/// <summary>Traces of the Portal, and links from pages to traces.</summary>
[Collection(PortalCollection.Name)]
public sealed class TraceTests(PortalFixture fixture)
{
    private const string Marker = "/favicon.svg";

    [Fact]
    public async Task Opening_a_page_is_traced_and_polling_is_not()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var portal = await StartAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={sink.Address.ToString().TrimEnd('/')}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_SERVICE_NAME=portal",
            "--OTEL_BSP_SCHEDULE_DELAY=200");
        using var http = new HttpClient { BaseAddress = portal.Address };
        await fixture.Registry.VersionAsync("traced-page", 0.9);
        await using var page = await fixture.OpenAsync("models/traced-page", portal: portal.Address);
        await page.SeeAsync("90.0%");
        await MarkAsync(1);

        var opening = Assert.Single(sink.Spans, s => s is { Name: "GET /models/{Name}", Kind: 2 });
        Assert.Contains(sink.Spans, s => s.Kind == 3 && s.TraceId == opening.TraceId);
        Assert.DoesNotContain(sink.Spans, s => s is { Kind: 3, ParentId: "" });
        var before = sink.Spans.Select(s => s.SpanId).ToHashSet();

        // The page polls twice.
        await fixture.Registry.VersionAsync("traced-page", 0.75);
        await page.SeeAsync("75.0%");
        await fixture.Registry.VersionAsync("traced-page", 0.5);
        await page.SeeAsync("50.0%");
        await MarkAsync(2);

        Assert.DoesNotContain(sink.Spans, s => s.Kind == 3 && !before.Contains(s.SpanId));

        // Spans are exported in the order in which they ended: once the marker has arrived, so have all earlier ones.
        async Task MarkAsync(int number)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, Marker);
            (await http.SendAsync(request)).EnsureSuccessStatusCode();
            await Eventually.TrueAsync(
                () => Task.FromResult(sink.Spans.Count(s => s.Attributes.GetValueOrDefault("http.request.method") == "HEAD") == number), "the span of the marker came");
        }
    }

    [Fact]
    public async Task Jobs_runs_and_versions_link_to_their_trace_if_the_dashboard_is_configured()
    {
        var registry = fixture.Registry;
        var job = await registry.Jobs.SubmitAsync(new TrainingSpec { Name = "linked trace", Model = "linked-trace", Dataset = "synthetic-flowers" });
        var version = await registry.VersionAsync("linked-trace", 0.8);
        var ofJob = job.Traceparent!.Split('-')[1];
        var ofVersion = (await registry.ModelVersions.LineageAsync(ModelUri.Parse($"models:/linked-trace/{version.Version}"))).TraceId!;
        await using var portal = await StartAsync("--Portal:DashboardUrl=http://localhost:18888/");

        await using var page = await fixture.OpenAsync($"jobs/{job.Id}", portal: portal.Address);
        await SeeLinkAsync(page, ofJob);
        await page.CheckAsync("job-trace");
        await page.GoAsync(new Uri(portal.Address, $"runs/{job.RunId}"));
        await SeeLinkAsync(page, ofJob);
        await page.GoAsync(new Uri(portal.Address, $"models/linked-trace/{version.Version}"));
        await SeeLinkAsync(page, ofVersion);

        await using var elsewhere = await fixture.OpenAsync($"jobs/{job.Id}");
        await elsewhere.SeeAsync(ofJob);
        Assert.Equal(0, await elsewhere.Page.GetByRole(AriaRole.Link, new() { Name = ofJob }).CountAsync());
        await registry.Jobs.CancelAsync(job.Id);

        static Task SeeLinkAsync(PortalPage page, string trace) => Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = trace }))
            .ToHaveAttributeAsync("href", $"http://localhost:18888/traces/detail/{trace}");
    }

    private Task<PortalProcess> StartAsync(params string[] settings) =>
        PortalProcess.StartAsync(settings, ("registry", fixture.RegistryAddress), ("explainer", new Uri("http://127.0.0.1:1")));
}
