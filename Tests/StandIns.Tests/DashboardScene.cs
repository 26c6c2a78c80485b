using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Linnaeus.StandIns.Tests.DashboardOtlp;

namespace Linnaeus.StandIns.Tests;

/// <summary>A running platform as the dashboard would see it: five resources, their consoles, a training trace, logs, metrics.</summary>
internal static class DashboardScene
{
    public const string TrainTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    public const string FailedTrace = "00f067aa0ba902b7a3ce929d0e0e4736";
    public const string LongTrace = "5cf92f3577b34da6a3ce929d0e0e4700";
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    public static async Task SetAsync(DashboardUnderTest dashboard)
    {
        await ResourcesAsync(dashboard);
        Consoles(dashboard);
        await TracesAsync(dashboard);
        await LogsAsync(dashboard);
        await MetricsAsync(dashboard);
    }

    private static async Task ResourcesAsync(DashboardUnderTest dashboard)
    {
        var now = DateTime.UtcNow;
        await PublishAsync(dashboard, "storage", "Executable", KnownResourceStates.Running, now.AddMinutes(-42), "/opt/flowers/storage/node_modules/.bin/azurite", 40412, ["http://127.0.0.1:10000"]);
        await PublishAsync(dashboard, "blobs", "ConnectionString", KnownResourceStates.Running, null, null, null, []);
        await PublishAsync(dashboard, "registry", "Project", KnownResourceStates.Running, now.AddMinutes(-41), "/opt/flowers/Registry/Registry.csproj", 40433, ["http://localhost:5500"]);
        await PublishAsync(dashboard, "trainer", "Project", KnownResourceStates.Running, now.AddMinutes(-41), "/opt/flowers/Trainer/Trainer.csproj", 40457, ["http://localhost:5501"], HealthStatus.Unhealthy);
        await PublishAsync(dashboard, "explainer", "Project", KnownResourceStates.Exited, now.AddMinutes(-12), "/opt/flowers/Explainer/Explainer.csproj", 40460, ["http://localhost:5502"], exitCode: 137);
        await PublishAsync(dashboard, "portal", "Project", KnownResourceStates.Waiting, null, "/opt/flowers/Portal/Portal.csproj", null, ["http://localhost:5503"]);
    }

    public static Task PublishAsync(
        DashboardUnderTest dashboard, string name, string type, string state, DateTime? started, string? path, int? pid, string[] urls,
        HealthStatus? health = null, int? exitCode = null, string? id = null)
    {
        var alive = state == KnownResourceStates.Running;
        var properties = new List<ResourcePropertySnapshot>();
        if (path is not null)
            properties.Add(new(type == "Project" ? "project.path" : "executable.path", path));
        if (pid is not null)
            properties.Add(new("executable.pid", pid));
        if (type == "ConnectionString")
            properties.Add(new("connectionString", "UseDevelopmentStorage=true;AccountKey=c2VjcmV0") { IsSensitive = true });
        ResourceCommandSnapshot Command(string command, string title, bool enabled) =>
            new(command, enabled ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, title, null, null, null, null, null, false);
        return dashboard.Notifications.PublishUpdateAsync(new SceneResource(name), id ?? name, before => before with
        {
            ResourceType = type,
            Properties = [.. properties],
            State = new(state, null),
            StartTimeStamp = started,
            StopTimeStamp = exitCode is null ? null : started?.AddMinutes(9),
            ExitCode = exitCode,
            HealthReports = health is null ? [] : [new($"{name}_http_/health", health, "GET /health answered 503 Service Unavailable.", null)],
            Urls = [.. urls.Select(u => new UrlSnapshot("http", u, false) { IsInactive = !alive })],
            EnvironmentVariables = type == "ConnectionString"
                ? []
                : [new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:15501", true), new("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=abc123", true), new("ConnectionStrings__blobs", "AccountKey=hidden-value", true), new("services__registry__http__0", "http://localhost:5500", true), new("PATH", "/usr/bin", false)],
            Relationships = name is "trainer" or "explainer" ? [new("registry", "Reference"), new("registry", "WaitFor")] : name == "registry" ? [new("blobs", "Reference"), new("storage", "WaitFor")] : [],
            Commands = type == "ConnectionString" ? ImmutableArray<ResourceCommandSnapshot>.Empty : [Command("start", "Start", !alive), Command("stop", "Stop", alive), Command("restart", "Restart", alive)],
        });
    }

    private static void Consoles(DashboardUnderTest dashboard)
    {
        dashboard.Logs.Write("registry", "info: Microsoft.Hosting.Lifetime[14]", false);
        dashboard.Logs.Write("registry", "      Now listening on: http://localhost:5500", false);
        dashboard.Logs.Write("registry", "<script>document.title = 'broken'</script> is only text", false);
        for (var epoch = 1; epoch <= 120; epoch++)
        {
            dashboard.Logs.Write("trainer", "info: Linnaeus.Trainer.TrainingRun[0]", false);
            dashboard.Logs.Write("trainer", $"      Epoch {epoch}/120: train loss {2.4 / (1 + (epoch * .05)):0.0000}, val accuracy {1 - (.9 / (1 + (epoch * .07))):0.000}, {41.2 + (epoch % 7):0.0} images/s", false);
            if (epoch % 40 == 7)
                dashboard.Logs.Write("trainer", "warn: Linnaeus.Trainer.Checkpoints[0]", false);
            if (epoch % 40 == 7)
                dashboard.Logs.Write("trainer", "      The registry answered 503; trying again in 2 s (attempt 1 of 5).", false);
        }
        dashboard.Logs.Write("trainer", "Unhandled exception. System.Net.Http.HttpRequestException: Connection refused (localhost:5500)", true);
        dashboard.Logs.Write("trainer", "   at System.Net.Http.HttpConnectionPool.ConnectToTcpHostAsync(String host, Int32 port)", true);
        dashboard.Logs.Write("trainer", "info: Linnaeus.Trainer.Worker[0]", false);
        dashboard.Logs.Write("trainer", "      Lease returned; waiting for the registry.", false);
    }

    private static async Task TracesAsync(DashboardUnderTest dashboard)
    {
        var start = DateTimeOffset.UtcNow.AddMinutes(-4);
        string Id(int n) => $"{n + 1:x16}";
        DateTimeOffset At(double s) => start.AddSeconds(s);
        static TimeSpan S(double s) => TimeSpan.FromSeconds(s);
        await dashboard.AcceptedAsync("traces", Export("registry", "Microsoft.AspNetCore",
            Span(TrainTrace, Id(0), null, "POST /api/jobs", 2, At(0), S(.042), s => s.Attribute(9, "http.request.method", "POST").Attribute(9, "http.route", "/api/jobs").Attribute(9, "http.response.status_code", 201).Attribute(9, "server.port", 5500)),
            Span(TrainTrace, Id(1), Id(0), "job enqueue", 1, At(.011), S(.018))));
        var spans = new List<Action<DashboardOtlp>>
        {
            Span(TrainTrace, Id(2), Id(0), "train", 5, At(1.2), S(181), s => s.Attribute(9, "linnaeus.run", "0f3c").Attribute(9, "linnaeus.dataset", "synthetic-flowers").Attribute(9, "linnaeus.epochs", 8)),
        };
        var uploads = new List<Action<DashboardOtlp>>();
        foreach (var epoch in Enumerable.Range(0, 8))
        {
            spans.Add(Span(TrainTrace, Id(10 + epoch), Id(2), $"epoch {epoch + 1}", 1, At(2 + (epoch * 20)), S(19.6), s => s.Attribute(9, "linnaeus.train_loss", 2.31 / (epoch + 1)).Attribute(9, "linnaeus.val_accuracy", .4 + (epoch * .06))));
            spans.Add(Span(TrainTrace, Id(30 + epoch), Id(10 + epoch), "checkpoint upload", 3, At(2 + (epoch * 20) + 18.1), S(1.4), epoch == 3 ? s => s.Add(15, status => status.Text(2, "503 Service Unavailable").Varint(3, 2)).Add(11, e => e.Fixed64(1, (ulong)(At(2 + (epoch * 20) + 19) - DateTimeOffset.UnixEpoch).Ticks * 100).Text(2, "exception").Attribute(3, "exception.type", "HttpRequestException").Attribute(3, "exception.message", "503 Service Unavailable")) : null));
            uploads.Add(Span(TrainTrace, Id(50 + epoch), Id(30 + epoch), "PUT /api/2.0/mlflow-artifacts/artifacts/{path}", 2, At(2 + (epoch * 20) + 18.2), S(1.2)));
        }
        spans.Add(Span(TrainTrace, Id(3), Id(2), "evaluate", 1, At(163), S(14)));
        spans.Add(Span(TrainTrace, Id(4), Id(2), "register", 3, At(178), S(3.8)));
        uploads.Add(Span(TrainTrace, Id(5), Id(4), "POST /api/models/{name}/versions", 2, At(178.3), S(3.2)));
        await dashboard.AcceptedAsync("traces", Export("trainer", "Linnaeus.Trainer", spans));
        await dashboard.AcceptedAsync("traces", Export("registry", "Microsoft.AspNetCore", uploads));
        await dashboard.AcceptedAsync("traces", Export("explainer", "Linnaeus.Explainer", Span(TrainTrace, Id(6), Id(0), "explain", 5, At(183), S(21)), Span(TrainTrace, Id(7), Id(6), "integrated gradients", 1, At(186), S(16))));
        await dashboard.AcceptedAsync("traces", Export("explainer", "Microsoft.AspNetCore",
            Span(FailedTrace, Id(90), null, "POST /api/explanations", 2, At(205), S(.0031), s => s.Attribute(9, "http.response.status_code", 404).Add(15, status => status.Text(2, "Model version flowers/9 does not exist.").Varint(3, 2)))));
        for (var i = 0; i < 14; i++)
            await dashboard.AcceptedAsync("traces", Export("registry", "Microsoft.AspNetCore", Span($"{(0x9e3779b9u * (uint)(i + 1)):x8}{i + 1:x24}", Id(200 + i), null, i % 3 == 0 ? "POST /api/jobs/lease" : "GET /api/2.0/mlflow/runs/search", 2, At(206 + i), S(.002 + (i * .0037)))));
        await dashboard.AcceptedAsync("traces", Export("trainer", "Linnaeus.Trainer", Enumerable.Range(0, 2000).Select(i =>
            Span(LongTrace, $"{i + 1:x16}", i == 0 ? null : $"{((i - 1) / 8) + 1:x16}", i == 0 ? "train two thousand steps" : $"step {i}", 1, At(10 + (i * .01)), i == 0 ? S(21) : S(.009 + (i % 5 * .002))))));
    }

    private static async Task LogsAsync(DashboardUnderTest dashboard)
    {
        var now = DateTimeOffset.UtcNow;
        var trainer = Enumerable.Range(1, 24).Select(i => Log(now.AddSeconds(-200 + (i * 8)), i == 11 ? 13 : 9,
            i == 11 ? "The registry answered 503; trying again in 2 s (attempt 1 of 5)." : $"Epoch {i}: train loss {2.4 / (1 + (i * .2)):0.000}, val accuracy {1 - (.9 / (1 + (i * .2))):0.000}",
            TrainTrace, $"{10 + (i % 8) + 1:x16}", ("Epoch", i), ("Run", "0f3c"), ("{OriginalFormat}", "Epoch {Epoch}: train loss {Loss}, val accuracy {Accuracy}")));
        await dashboard.AcceptedAsync("logs", Export("trainer", "Linnaeus.Trainer.TrainingRun", trainer));
        await dashboard.AcceptedAsync("logs", Export("registry", "Linnaeus.Registry.Jobs", Log(now.AddSeconds(-210), 9, "Job 42 (train) queued by POST /api/jobs", TrainTrace, $"{1:x16}", ("Job", 42)), Log(now.AddSeconds(-209), 5, "Lease of job 42 goes to trainer-1 until the next heartbeat", null, null, ("Job", 42))));
        await dashboard.AcceptedAsync("logs", Export("explainer", "Linnaeus.Explainer.Explanations", Log(now.AddSeconds(-4), 17, "Explanation failed: <img src=x onerror=\"document.title='broken'\"> model version flowers/9 does not exist.", FailedTrace, $"{91:x16}",
            ("Model", "models:/flowers/9"), ("exception.type", "ModelNotFoundException"), ("exception.stacktrace", "ModelNotFoundException: flowers/9\n   at Linnaeus.Explainer.Models.OpenAsync(String uri)\n   at Linnaeus.Explainer.Explanations.RunAsync(Job job)"))));
    }

    private static async Task MetricsAsync(DashboardUnderTest dashboard)
    {
        var now = DateTimeOffset.UtcNow;
        for (var second = -280; second <= 0; second += 5)
        {
            var at = now.AddSeconds(second);
            var t = second + 280;
            await dashboard.AcceptedAsync("metrics", Export("trainer", "Linnaeus.Trainer",
                Gauge("linnaeus.training.throughput", "{images}/s", "Images that training takes per second.", at, 44 + (6 * Math.Sin(t / 23.0)) + (t % 15 / 5.0), ("run", "baseline")),
                Gauge("linnaeus.training.throughput", "{images}/s", "Images that training takes per second.", at, 38 + (5 * Math.Sin((t + 40) / 19.0)), ("run", "keras")),
                Gauge("linnaeus.training.loss", "1", "Loss of the last step.", at, .3 + (2.1 * Math.Exp(-t / 90.0)), ("run", "baseline"))));
            await dashboard.AcceptedAsync("metrics", Export("registry", "Microsoft.AspNetCore.Hosting",
                Histogram("http.server.request.duration", "s", at, Bounds, [.. Bounds.Append(0).Select((_, b) => (ulong)Math.Max(0, (t * (8 - b)) + (b == 6 ? t / 9 : 0)))], ("http.route", "/api/jobs")),
                Counter("http.server.requests", "{request}", at, t * 3.4, ("http.route", "/api/jobs"))));
            await dashboard.AcceptedAsync("metrics", Export("registry", "System.Runtime", Gauge("dotnet.process.memory.working_set", "By", "", at, 1.8e8 + (t * 9e4)), Counter("dotnet.gc.collections", "{collection}", at, Math.Floor(t / 30.0), ("gc.heap.generation", "gen0"))));
        }
    }

    private sealed class SceneResource(string name) : Resource(name);
}
