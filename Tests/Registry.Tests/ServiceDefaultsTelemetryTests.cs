using System.Net.Http.Json;
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
/// A service in this process calls a Registry in another; both export to a collector. The exporters send once a minute, so
/// everything received was flushed at the stop.
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
    public async Task Failures_are_marked_and_probes_and_idle_polls_create_no_spans()
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
        Assert.Contains(("registry", "/api/jobs/{id}"), sink.RoutesOf("http.server.request.duration"));
        Assert.DoesNotContain(("registry", "/health"), sink.RoutesOf("http.server.request.duration"));
    }

    [Fact]
    public async Task A_look_up_without_a_result_does_not_mark_a_trace_as_failed_but_a_rejected_change_does()
    {
        await using var sink = await OtlpSink.StartAsync();
        var settings = Exporting(sink, "asker").Select(v => $"--{v.Key}={v.Value}");
        await using (var app = ServiceHost.Create([.. settings, $"--services:registry:http:0={shared.Server.Address}"]))
        {
            await app.StartAsync();
            var client = app.Services.GetRequiredService<RegistryClient>();
            await Assert.ThrowsAsync<RegistryException>(() => client.Jobs.GetAsync("unknown"));
            await Assert.ThrowsAsync<RegistryException>(() => client.Jobs.CancelAsync("unknown"));
            await app.StopAsync();
        }

        var calls = sink.Spans.Where(s => s is { Service: "asker", Kind: 3 }).ToList();
        Assert.All(calls, call => Assert.Equal("404", call.Attributes["http.response.status_code"]));
        Assert.Equal([("GET", false), ("POST", true)], calls.Select(call => (call.Attributes["http.request.method"], call.Failed)).Order());
        Assert.Equal(["POST"], calls.Where(call => call.Attributes.ContainsKey("error.type")).Select(call => call.Attributes["http.request.method"]));
    }

    [Fact]
    public async Task Statements_are_optional_spans_of_their_request_without_text_and_values()
    {
        await using var sink = await OtlpSink.StartAsync();
        var settings = Exporting(sink, "registry");
        settings["Registry__DatabaseSpans"] = "true";
        await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, settings);
        using (var http = new HttpClient { BaseAddress = registry.Address })
        {
            using var answer = await http.PostAsJsonAsync("/api/2.0/mlflow/experiments/create", new { name = "a-name-that-is-a-value" });
            Assert.True(answer.IsSuccessStatusCode);
        }

        Assert.Equal(0, await registry.StopAsync());

        var request = Assert.Single(sink.Spans, s => s.Kind == 2);
        var statements = sink.Spans.Where(s => s.Attributes.ContainsKey("db.system.name") || s.Attributes.ContainsKey("db.system")).ToList();
        Assert.NotEmpty(statements);
        Assert.All(statements, statement => Assert.Equal(request.TraceId, statement.TraceId));
        Assert.Contains(statements, statement => statement.Name == "SELECT");
        Assert.All(statements, statement => Assert.Matches("^[A-Z]+$", statement.Name));
        Assert.DoesNotContain(statements.SelectMany(s => s.Attributes.Values), text => text.Contains("experiments", StringComparison.OrdinalIgnoreCase));
        Assert.False(sink.Holds("a-name-that-is-a-value"));
    }

    [Fact]
    public async Task A_hanging_collector_does_not_keep_a_process_alive()
    {
        await using var hanging = await KestrelStub.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var settings = Exporting(hanging.Address, "registry");
        settings["OTEL_EXPORTER_OTLP_TIMEOUT"] = "3600000";
        await using var registry = await RegistryProcess.StartAsync(shared.Azurite.ConnectionString, settings);
        using (var http = new HttpClient { BaseAddress = registry.Address })
            await http.GetStringAsync("/api/jobs");

        // Far beyond the time of a stop, and far below the exporters' interval.
        Assert.Equal(0, await registry.StopAsync().WaitAsync(TimeSpan.FromMinutes(5)));
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

    private static Dictionary<string, string> Exporting(OtlpSink sink, string service) => Exporting(sink.Address, service);

    private static Dictionary<string, string> Exporting(Uri collector, string service) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.ToString().TrimEnd('/'),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        // Aspire's setting in development.
        ["OTEL_TRACES_SAMPLER"] = "always_on",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "60000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "60000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "60000",
    };
}
