using System.Diagnostics;
using OpenTelemetry;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps expected empty answers out of the traces. Drops the spans, on both sides, of polls that found no job (204 from a path
/// ending in <c>/lease</c>), since every worker polls about every second. Clears the error on the client's span of a look-up answered
/// with 404: a caller that needs the result throws, which marks its own span.
/// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
/// </summary>
internal sealed class ExpectedAnswers : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        var status = data.GetTagItem("http.response.status_code");
        if (status is 204 && (data.GetTagItem("url.path") ?? data.GetTagItem("url.full")) is string address && address.EndsWith("/lease", StringComparison.Ordinal))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        else if (status is 404 && data.Kind == ActivityKind.Client && data.GetTagItem("http.request.method") is "GET" or "HEAD")
            data.SetStatus(ActivityStatusCode.Unset).SetTag("error.type", null);
    }
}
