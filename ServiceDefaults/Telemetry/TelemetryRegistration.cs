using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>
/// Logs, metrics and traces of every service; exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set (its protocol, headers and
/// intervals by the other <c>OTEL_*</c> variables).
/// </summary>
internal static class TelemetryRegistration
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // The Azure SDK makes no spans unless asked.
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
                // The route of a group itself is written with a slash at its end.
                options.EnrichWithHttpResponse = (span, _) =>
                {
                    if (span.GetTagItem("http.route") is string { Length: > 1 } route && route.EndsWith('/'))
                        span.SetTag("http.route", route.TrimEnd('/')).DisplayName = span.DisplayName.TrimEnd('/');
                };
                // A page's open connection would have one for every message on it.
                options.EnableAspNetCoreSignalRSupport = false;
            });
            // Aspire asks for always_on in development, which would also record what a caller says to leave out: polls and heartbeats.
            if (builder.Configuration["OTEL_TRACES_SAMPLER"] is null or "always_on")
                tracing.SetSampler(new ParentBasedSampler(new AlwaysOnSampler()));
        });
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
        builder.Services.AddHostedService<TelemetryFlush>();
    }
}
