using System.Collections.Concurrent;
using System.Diagnostics;

namespace Linnaeus.Services.Tests.Platform;

/// <summary>Keeps the spans that the services of this process end.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ActivityListener listener;

    public SpanRecorder()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Linnaeus.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Names of the spans of one trace.</summary>
    public IReadOnlyList<string> OfTrace(string traceId) =>
        [.. ended.Where(span => span.TraceId.ToHexString() == traceId).Select(span => span.OperationName)];

    public void Dispose() => listener.Dispose();
}
