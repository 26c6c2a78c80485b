using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Completes the server span of each request by OpenTelemetry's HTTP conventions: named <c>METHOD route</c>, with <c>http.route</c>,
/// <c>http.response.status_code</c> and, for failures, <c>error.type</c>. Health probes leave no telemetry.
/// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
/// </summary>
internal sealed class RequestSpanMiddleware(RequestDelegate next)
{
    private static readonly HashSet<string> Methods =
        ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

    public Task InvokeAsync(HttpContext context)
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/alive"))
            return ProbeAsync(context, span);
        return span is null ? next(context) : TraceAsync(context, span);
    }

    private async Task ProbeAsync(HttpContext context, Activity? span)
    {
        if (span is not null)
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        using var _ = SuppressInstrumentationScope.Begin();
        await next(context);
    }

    private async Task TraceAsync(HttpContext context, Activity span)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            Complete(context, span, StatusCodes.Status500InternalServerError, error);
            throw;
        }

        Complete(context, span, context.Response.StatusCode, context.Features.Get<IExceptionHandlerFeature>()?.Error);
    }

    private static void Complete(HttpContext context, Activity span, int status, Exception? error)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "HTTP";
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (route is not null)
        {
            // A group's own route may come as "/api/jobs/", and routes may be written without the first slash.
            route = "/" + route.Trim('/');
            span.SetTag("http.route", route);
        }

        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status500InternalServerError)
            return;

        span.SetTag("error.type", error?.GetType().FullName ?? status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        span.SetStatus(ActivityStatusCode.Error);
        if (error is not null)
            span.AddException(error);
    }
}
