using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using static Linnaeus.StandIns.Tests.DashboardOtlp;

namespace Linnaeus.StandIns.Tests;

/// <summary>What OpenTelemetry's own exporter sends arrives unchanged; what is not OTLP is refused and leaves nothing behind.</summary>
public sealed class DashboardIngestTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Spans_of_the_real_exporter_are_read_back(OtlpExportProtocol protocol)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync();
        using var source = new ActivitySource($"Ingest.{protocol}");
        string traceId;
        using (var provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource()).AddSource(source.Name).AddOtlpExporter(o => Configure(o, dashboard, protocol, "traces")).Build())
        {
            using var parent = source.StartActivity("submit", ActivityKind.Server)!;
            traceId = parent.TraceId.ToHexString();
            using var child = source.StartActivity("store", ActivityKind.Client)!;
            child.SetTag("answer", 42).SetTag("share", 0.25).SetTag("cached", true).SetTag("route", "/api/jobs").SetTag("sizes", new[] { 1, 2 });
            child.AddEvent(new("retried", tags: new() { ["attempt"] = 2 }));
            child.SetStatus(ActivityStatusCode.Error, "no room");
            child.AddLink(new(new(ActivityTraceId.CreateFromString("00f067aa0ba902b7a3ce929d0e0e4736"), ActivitySpanId.CreateFromString("00f067aa0ba902b7"), ActivityTraceFlags.Recorded)));
            child.Dispose();
            parent.Dispose();
            Assert.True(provider.ForceFlush(20_000));
        }

        var trace = await DashboardUnderTest.GetAsync(client, $"/api/traces/{traceId}", t => t.GetProperty("spans").GetArrayLength() == 2);
        var spans = trace.GetProperty("spans").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!);
        var (root, nested) = (spans["submit"], spans["store"]);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("parent_id").ValueKind);
        Assert.Equal(root.GetProperty("span_id").GetString(), nested.GetProperty("parent_id").GetString());
        Assert.Equal("server", root.GetProperty("kind").GetString());
        Assert.Equal("client", nested.GetProperty("kind").GetString());
        Assert.Equal("flowers-trainer", nested.GetProperty("resource").GetString());
        Assert.Equal("pod-7", nested.GetProperty("instance_id").GetString());
        Assert.Equal(source.Name, nested.GetProperty("scope").GetString());
        Assert.Equal("error", nested.GetProperty("status").GetString());
        Assert.Equal("no room", nested.GetProperty("status_message").GetString());
        Assert.Equal(new() { ["answer"] = "42", ["share"] = "0.25", ["cached"] = "true", ["route"] = "/api/jobs", ["sizes"] = "[1, 2]" }, Pairs(nested.GetProperty("attributes")));
        var retried = Assert.Single(nested.GetProperty("events").EnumerateArray());
        Assert.Equal("retried", retried.GetProperty("name").GetString());
        Assert.Equal("2", Pairs(retried.GetProperty("attributes"))["attempt"]);
        Assert.Equal("00f067aa0ba902b7", Assert.Single(nested.GetProperty("links").EnumerateArray()).GetProperty("span_id").GetString());
        var (outer, inner) = (root.GetProperty("start_us").GetInt64(), nested.GetProperty("start_us").GetInt64());
        Assert.InRange(inner, outer, outer + root.GetProperty("duration_us").GetInt64());
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Logs_of_the_real_exporter_are_read_back(OtlpExportProtocol protocol)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync();
        using (var factory = LoggerFactory.Create(b => b.AddOpenTelemetry(o =>
        {
            o.SetResourceBuilder(Resource());
            o.IncludeFormattedMessage = true;
            o.AddOtlpExporter(e => Configure(e, dashboard, protocol, "logs"));
        })))
        {
            var logger = factory.CreateLogger("Flowers.Loader");
            logger.LogInformation("Loaded {Count} images", 720);
            logger.LogError(new InvalidDataException("HTML inside"), "File {File} is not a JPEG", "a.jpg");
        }

        var logs = (await DashboardUnderTest.GetAsync(client, "/api/logs", l => l.GetProperty("logs").GetArrayLength() == 2)).GetProperty("logs");
        Assert.Equal("Loaded 720 images", logs[0].GetProperty("message").GetString());
        Assert.Equal("information", logs[0].GetProperty("level").GetString());
        Assert.Equal("Flowers.Loader", logs[1].GetProperty("category").GetString());
        var record = await DashboardUnderTest.GetAsync(client, $"/api/logs/{logs[1].GetProperty("id").GetInt64()}");
        Assert.Equal("a.jpg", Pairs(record.GetProperty("attributes"))["File"]);
        Assert.Equal("HTML inside", Pairs(record.GetProperty("attributes"))["exception.message"]);
        Assert.Equal(1, (await DashboardUnderTest.GetAsync(client, "/api/logs?level=warning")).GetProperty("logs").GetArrayLength());
        Assert.Equal(1, (await DashboardUnderTest.GetAsync(client, "/api/logs?text=720")).GetProperty("logs").GetArrayLength());
        Assert.Equal(0, (await DashboardUnderTest.GetAsync(client, "/api/logs?resource=other")).GetProperty("logs").GetArrayLength());
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Metrics_of_the_real_exporter_are_read_back(OtlpExportProtocol protocol)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = await dashboard.ClientAsync();
        using var meter = new Meter($"Ingest.Metrics.{protocol}");
        var steps = meter.CreateCounter<long>("steps", "{step}", "Steps trained");
        var loss = meter.CreateGauge<double>("loss");
        var seconds = meter.CreateHistogram<double>("step.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 4] });
        using (var provider = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(meter.Name)
            .AddOtlpExporter((e, reader) =>
            {
                Configure(e, dashboard, protocol, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 600_000;
            }).Build())
        {
            // The first export opens the histogram's series, the second adds 90 fast and 10 slow steps.
            seconds.Record(0.5);
            loss.Record(2.5, new KeyValuePair<string, object?>("run", "a"));
            steps.Add(7);
            Assert.True(provider.ForceFlush(20_000));
            await Task.Delay(20);
            for (var i = 0; i < 100; i++)
                seconds.Record(i < 90 ? 1.5 : 3);
            loss.Record(1.25, new KeyValuePair<string, object?>("run", "a"));
            steps.Add(5);
            Assert.True(provider.ForceFlush(20_000));
        }

        var tree = (await DashboardUnderTest.GetAsync(client, "/api/metrics", t => t.GetProperty("instruments").GetArrayLength() == 3)).GetProperty("instruments");
        Assert.Equal(["gauge", "histogram", "counter"], tree.EnumerateArray().Select(i => i.GetProperty("kind").GetString()!));
        Assert.Equal("Steps trained", tree[2].GetProperty("description").GetString());
        Task<JsonElement> SeriesAsync(string name, string more, Func<JsonElement, bool> until) =>
            DashboardUnderTest.GetAsync(client, $"/api/metrics/series?resource=flowers-trainer&meter={meter.Name}&name={name}&range=60{more}", until);
        static double? Last(JsonElement chart, int line) => chart.GetProperty("lines")[line].GetProperty("last") is { ValueKind: JsonValueKind.Number } n ? n.GetDouble() : null;
        var gauge = await SeriesAsync("loss", "", c => Last(c, 0) == 1.25);
        Assert.Equal("run=a", gauge.GetProperty("lines")[0].GetProperty("label").GetString());
        await SeriesAsync("steps", "&mode=total", c => Last(c, 0) == 12);
        var times = await SeriesAsync("step.duration", "", c => Last(c, 0) is not null);
        // 90 of 100 observations lie in (1, 2]: rank 50 of 90 is 1 + 50/90; rank 99 is the ninth of ten in (2, 4], capped at the largest seen, 3.
        Assert.Equal(1 + (50.0 / 90), Last(times, 0)!.Value, 3);
        Assert.Equal(2 + (1 * 9.0 / 10), Last(times, 2)!.Value, 3);
    }

    [Fact]
    public async Task Gzip_is_accepted_over_http()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(OneSpan());
        using var response = await dashboard.SendAsync("traces", packed.ToArray(), encoding: "gzip");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var client = await dashboard.ClientAsync();
        Assert.Equal(1, (await DashboardUnderTest.GetAsync(client, "/api/traces")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_gzip_bomb_is_refused()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 40; i++)
                await gzip.WriteAsync(zeros);
        }
        using var response = await dashboard.SendAsync("traces", packed.ToArray(), encoding: "gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task Without_the_key_nothing_is_accepted(string? key)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var http = await dashboard.SendAsync("traces", OneSpan(), key);
        Assert.Equal(HttpStatusCode.Unauthorized, http.StatusCode);
        var (status, _) = await DashboardGrpcTests.CallAsync(dashboard, DashboardGrpcTests.Frame(OneSpan()), key: key);
        Assert.Equal("16", status);
        using var client = await dashboard.ClientAsync();
        Assert.Equal(0, (await DashboardUnderTest.GetAsync(client, "/api/traces")).GetProperty("total").GetInt32());
    }

    internal static byte[] OneSpan() =>
        Export("trainer", "Tests", Span(TraceId, "00f067aa0ba902b7", null, "one", 2, DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(5), s => s.Attribute(9, "deep", 1)));

    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddService("flowers-trainer", serviceInstanceId: "pod-7");

    private static void Configure(OtlpExporterOptions options, DashboardUnderTest dashboard, OtlpExportProtocol protocol, string signal)
    {
        options.Protocol = protocol;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc ? dashboard.Host.OtlpGrpcUrl! : new(dashboard.Host.OtlpHttpUrl!, $"/v1/{signal}");
        options.Headers = $"x-otlp-api-key={DashboardUnderTest.ApiKey}";
        options.ExportProcessorType = ExportProcessorType.Simple;
    }

    private static Dictionary<string, string> Pairs(JsonElement attributes) =>
        attributes.EnumerateArray().ToDictionary(a => a.GetProperty("key").GetString()!, a => a.GetProperty("value").GetString()!);
}
