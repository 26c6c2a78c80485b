using Linnaeus.Registry.Client;
using Linnaeus.Registry.Client.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Linnaeus.Registry.Tests;

/// <summary>
/// A service in this process calls a Registry in another; both export to a collector. Their exporters wait a minute before they send, so
/// all that arrives was flushed when they stopped.
/// </summary>
[Collection(nameof(AloneInItsProcess))]
public sealed class ServiceDefaultsTelemetryTests(RegistryFixture shared)
{
    [Fact]
    public async Task One_trace_runs_through_both_services_and_is_flushed_when_they_stop()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, Exporting(sink, "registry"));
        var job = await SubmitThroughServiceAsync(sink, registry);
        Assert.Equal(0, await registry.StopAsync());

        var submit = Assert.Single(sink.Spans, s => s.Name == "POST /submit");
        var trace = sink.Spans.Where(s => s.TraceId == submit.TraceId).ToList();
        var call = Assert.Single(trace, s => s is { Service: "portal", Kind: 3 });
        var served = Assert.Single(trace, s => s is { Service: "registry", Kind: 2 });
        Assert.Equal(submit.SpanId, call.ParentId);
        Assert.Equal(call.SpanId, served.ParentId);
        Assert.Equal("POST /api/jobs", served.Name);
        Assert.Equal("/api/jobs", served.Attributes["http.route"]);
        Assert.Equal("POST", served.Attributes["http.request.method"]);
        Assert.Equal("201", served.Attributes["http.response.status_code"]);
        Assert.Equal(job.Id, served.Attributes["linnaeus.job.id"]);
        Assert.Equal(submit.TraceId, job.Traceparent!.Split('-')[1]);
        Assert.Contains(sink.Logs, log => log.Body == "submitting" && log.TraceId == submit.TraceId);
        Assert.Contains(("registry", "http.server.request.duration"), sink.Metrics);
        Assert.Contains(("registry", "dotnet.gc.collections"), sink.Metrics);
        Assert.Contains(("registry", "linnaeus.queue.depth"), sink.Metrics);
    }

    [Fact]
    public async Task Failures_are_marked_and_probes_and_idle_polls_leave_no_spans()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, Exporting(sink, "registry"));
        var settings = Exporting(sink, "poller").Select(v => $"--{v.Key}={v.Value}");
        await using (var app = ServiceHost.Create([.. settings, $"--services:registry:http:0={registry.Address}"]))
        {
            await app.StartAsync();
            var client = app.Services.GetRequiredService<RegistryClient>();
            Assert.Null(await client.Jobs.LeaseAsync(new LeaseRequest("idle", ["train"])));
            await Assert.ThrowsAsync<RegistryException>(() => client.Jobs.GetAsync("unknown"));
            using (new QuietRequests())
                await client.Jobs.ListAsync();
            Assert.Equal("OK", await app.CreateHttp().GetStringAsync("http://registry/health"));
            await app.StopAsync();
        }

        await registry.StopAsync();

        var served = Assert.Single(sink.Spans, s => s.Service == "registry" && s.Kind == 2);
        Assert.Equal("GET /api/jobs/{id}", served.Name);
        Assert.Equal("404", served.Attributes["http.response.status_code"]);
        Assert.DoesNotContain(sink.Spans, s => s.Attributes.Values.Any(v => v.EndsWith("/lease", StringComparison.Ordinal)));
    }

    private static async Task<Job> SubmitThroughServiceAsync(OtlpSink sink, RegistryProcess registry)
    {
        var settings = Exporting(sink, "portal").Select(v => $"--{v.Key}={v.Value}");
        var builder = ServiceHost.CreateBuilder([.. settings, $"--services:registry:http:0={registry.Address}", "--Logging:LogLevel:Linnaeus=Information"]);
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapPost("/submit", (RegistryClient client, ILogger<ServiceDefaultsTelemetryTests> logger) =>
        {
            logger.LogInformation("submitting");
            return client.Jobs.SubmitAsync(new TrainingSpec { Model = "traced", Dataset = "synthetic-flowers" });
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        var answer = await http.PostAsync(address + "/submit", null);
        var job = System.Text.Json.JsonSerializer.Deserialize<Job>(await answer.Content.ReadAsStringAsync(), System.Text.Json.JsonSerializerOptions.Web);
        await app.StopAsync();
        return job!;
    }

    private static Dictionary<string, string> Exporting(OtlpSink sink, string service) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sink.Address.ToString().TrimEnd('/'),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        // As Aspire sets it in development.
        ["OTEL_TRACES_SAMPLER"] = "always_on",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "60000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "60000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "60000",
    };
}
