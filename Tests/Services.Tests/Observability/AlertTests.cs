using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Linnaeus.Services.Tests.Platform;
using Linnaeus.Trainer.Gpus;
using Microsoft.Extensions.Logging.Abstractions;
using YamlDotNet.Serialization;

namespace Linnaeus.Services.Tests.Observability;

/// <summary>Alerts and dashboard of <c>infra/observability</c> against the metrics that the services really have, and the runbook.</summary>
public sealed partial class AlertTests(ServicesFixture services)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "infra", "observability");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_and_dashboard_use_existing_metrics()
    {
        var there = await MetricsAsync();
        Assert.Contains("linnaeus_queue_oldest_age_seconds", there);
        var asked = (await AlertsAsync()).Select(alert => alert["expr"].ToString()!).Concat(await PanelsAsync()).ToList();
        Assert.True(asked.Count > 25, $"{asked.Count} expressions");
        foreach (var expression in asked)
        {
            var names = MetricName().Matches(Labels().Replace(expression, "")).Select(match => match.Value).ToList();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.True(there.Contains(name), $"No service has {name}, which '{expression}' asks for."));
        }
    }

    [Fact]
    public async Task Each_alert_has_its_entry_in_the_runbook_and_each_entry_its_alert()
    {
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "RUNBOOK.md"), Cancellation);
        var alerts = await AlertsAsync();
        Assert.Equal(alerts.Select(alert => alert["alert"].ToString()), Entry().Matches(runbook).Select(match => match.Groups[1].Value));
        Assert.All(alerts, alert => Assert.Equal($"docs/RUNBOOK.md#{alert["alert"].ToString()!.ToLowerInvariant()}", ((Dictionary<object, object>)alert["annotations"])["runbook_url"]));
        Assert.Equal(alerts.Count, Regex.Count(runbook, @"^\*\*Do\*\*: ", RegexOptions.Multiline));
    }

    private static async Task<List<Dictionary<object, object>>> AlertsAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yaml"), Cancellation);
        var file = new Deserializer().Deserialize<Dictionary<string, List<Dictionary<string, object>>>>(text);
        return [.. ((List<object>)Assert.Single(file["groups"])["rules"]).Cast<Dictionary<object, object>>()];
    }

    private static async Task<IEnumerable<string>> PanelsAsync()
    {
        var board = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "grafana.json"), Cancellation)).RootElement;
        return board.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);
    }

    /// <summary>The instruments of the services in this process, by the names that Prometheus knows them by.</summary>
    private async Task<HashSet<string>> MetricsAsync()
    {
        (await services.Explainer.GetAsync("/alive", Cancellation)).EnsureSuccessStatusCode();
        var folder = Directory.CreateTempSubdirectory("linnaeus-alerts-").FullName;
        var tool = Path.Combine(folder, "nvidia-smi");
        await File.WriteAllTextAsync(tool, "#!/bin/sh\necho '0, One, 100, 1000, 10'; sleep 30\n", Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var monitor = new GpuMonitor(tool, NullLogger<GpuMonitor>.Instance);
        await monitor.StartAsync(Cancellation);
        while (monitor.Latest.Count == 0)
            await Task.Delay(50, Cancellation);

        var names = new HashSet<string>();
        using (var listener = new MeterListener { InstrumentPublished = (instrument, _) => names.UnionWith(PrometheusNames(instrument)) })
            listener.Start();
        await monitor.StopAsync(Cancellation);
        Directory.Delete(folder, recursive: true);
        return names;
    }

    /// <summary>By OpenTelemetry's rules for Prometheus: units in words, annotations in braces left out, counters end with total.</summary>
    private static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        var unit = Regex.Replace(instrument.Unit ?? "", @"\{[^}]*\}", "") switch
        {
            "" => "",
            "s" => "_seconds",
            "By" => "_bytes",
            "/s" => "_per_second",
            "1" => kind.Contains("Gauge", StringComparison.Ordinal) ? "_ratio" : "",
            var other => $"_{other}",
        };
        var name = instrument.Name.Replace('.', '_') + unit;
        return kind switch
        {
            _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            _ when kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => [$"{name}_total"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"\b(linnaeus|hw|http)_[a-z0-9_]+\b")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\{[^}]*\}|\b(by|on) \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"^## (\w+)", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
