using System.Diagnostics;
using OpenTelemetry;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Drops the spans, on both sides, of a worker that asked the queue for work and got none (204 from a path ending in <c>/lease</c>):
/// every worker asks every second or so, and those traces would bury the others.
/// </summary>
internal sealed class IdleSpanFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Kind is ActivityKind.Client or ActivityKind.Server && IsEmptyLease(data))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private static bool IsEmptyLease(Activity span) =>
        span.GetTagItem("http.response.status_code") is 204
        && (span.GetTagItem("url.path") ?? span.GetTagItem("url.full")) is string address
        && address.EndsWith("/lease", StringComparison.Ordinal);
}
