using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Linnaeus.Explainer;

/// <summary>Spans and metrics of explanations, under the name <c>Linnaeus.Explainer</c>.</summary>
public sealed class ExplainerTelemetry : IDisposable
{
    public const string Name = "Linnaeus.Explainer";
    private readonly Meter meter = new(Name);
    private readonly Histogram<double> latency;
    private readonly Counter<long> reused;
    private readonly UpDownCounter<int> waiting;

    public ExplainerTelemetry()
    {
        latency = meter.CreateHistogram<double>("linnaeus.explanation.duration", "s", "Time to compute and store an explanation");
        reused = meter.CreateCounter<long>("linnaeus.explanation.reused", "{explanation}", "Requests served from stored explanations");
        waiting = meter.CreateUpDownCounter<int>("linnaeus.explanation.waiting", "{computation}", "Queued computations");
        meter.CreateObservableGauge("linnaeus.process.memory", () => Environment.WorkingSet, "By", "Resident memory, tensors included");
    }

    /// <summary>Source of the spans explain, model, compute and store.</summary>
    public static ActivitySource Source { get; } = new(Name);

    public void Computed(string method, double seconds) => latency.Record(seconds, new KeyValuePair<string, object?>("method", method));

    public void Reused(string method) => reused.Add(1, new KeyValuePair<string, object?>("method", method));

    /// <param name="more">How many joined the queue; negative when they left it.</param>
    public void Waiting(int more) => waiting.Add(more);

    public void Dispose() => meter.Dispose();
}
