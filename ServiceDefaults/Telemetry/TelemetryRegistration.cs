using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Logs, metrics and traces of every service, exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set (other <c>OTEL_*</c>
/// variables set protocol, headers and intervals).
/// </summary>
internal static class TelemetryRegistration
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // The Azure SDK creates no spans without this switch.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        var telemetry = builder.Services.AddOpenTelemetry();
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
            telemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        telemetry.WithLogging(null, logging => (logging.IncludeFormattedMessage, logging.IncludeScopes) = (true, true));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter("Linnaeus.*").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation());
        telemetry.WithTracing(tracing =>
        {
            tracing.AddSource("Linnaeus.*", "Azure.Storage.Blobs.*").AddHttpClientInstrumentation().AddProcessor<ExpectedAnswers>();
            tracing.AddAspNetCoreInstrumentation(options =>
            {
                options.Filter = context => !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/alive");
                options.RecordException = true;
                // ASP.NET Core ends the route of a group with a slash.
                options.EnrichWithHttpResponse = (span, _) =>
                {
                    if (span.GetTagItem("http.route") is string { Length: > 1 } route && route.EndsWith('/'))
                        span.SetTag("http.route", route.TrimEnd('/')).DisplayName = span.DisplayName.TrimEnd('/');
                };
                // A page's connection would have a span per message.
                options.EnableAspNetCoreSignalRSupport = false;
            });
            // Aspire sets always_on in development, which would also record unsampled polls and heartbeats.
            if (builder.Configuration["OTEL_TRACES_SAMPLER"] is null or "always_on")
                tracing.SetSampler(new ParentBasedSampler(new AlwaysOnSampler()));
        });
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
        builder.Services.AddHostedService<TelemetryFlush>();
    }
}
