namespace Aspire.Hosting.Dashboard;

/// <summary>What changed, for those who watch.</summary>
[Flags]
internal enum Topics
{
    None = 0,
    Resources = 1,
    Console = 2,
    Traces = 4,
    Logs = 8,
    Metrics = 16,
}

/// <summary>All telemetry of this run of the app, in memory.</summary>
internal sealed class TelemetryStore(ChangeSignal changes)
{
    private readonly ResourceDirectory _resources = new();

    public TraceStore Traces { get; } = new();

    public LogStore Logs { get; } = new();

    public MetricStore Metrics { get; } = new();

    public string[] ResourceNames() => _resources.Names();

    public void Add(List<SpanRecord> spans)
    {
        Traces.Add(spans.Select(s => s with { Resource = _resources.Intern(s.Resource) }));
        changes.Raise(Topics.Traces);
    }

    public void Add(List<LogRecord> logs)
    {
        Logs.Add(logs.Select(l => l with { Resource = _resources.Intern(l.Resource) }));
        changes.Raise(Topics.Logs);
    }

    public void Add(MetricBatch metrics)
    {
        foreach (var head in metrics.Numbers.Select(n => n.Head).Concat(metrics.Histograms.Select(h => h.Head)))
            _resources.Intern(head.Resource);
        Metrics.Add(metrics);
        changes.Raise(Topics.Metrics);
    }
}
