using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Linnaeus.ServiceDefaults.Telemetry;

/// <summary>Sources, meters and exporters of every service, by what the runtime and ASP.NET Core emit on their own.</summary>
internal static class TelemetryRegistration
{
    // Npgsql's and EF's own spans are left out: a span per SQL statement buries the trace of a training run.
    private static readonly string[] Sources = ["Linnaeus.*", "Microsoft.AspNetCore", "System.Net.Http", "Azure.Storage.Blobs.*"];

    private static readonly string[] Meters =
    [
        "Linnaeus.*", "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Diagnostics",
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        EnableNativeSpans();
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = new TelemetryBuilder(builder.Services);
        telemetry.WithMetrics(metrics => metrics.AddMeter(Meters).ConfigureResource(Name(builder)));
        telemetry.WithTracing(tracing =>
        {
            tracing.AddSource(Sources).AddProcessor<IdleSpanFilter>().ConfigureResource(Name(builder));
            // Aspire asks for always_on in development, which would also record what a caller says to leave out: polls and heartbeats.
            if (builder.Configuration["OTEL_TRACES_SAMPLER"] is null or "always_on")
                tracing.SetSampler(new ParentBasedSampler(new AlwaysOnSampler()));
        });
        telemetry.WithLogging(logging => logging.ConfigureResource(Name(builder)));
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();

        builder.Services.AddHostedService<TelemetryHost>();
        builder.Services.AddSingleton<IStartupFilter, RequestSpanStartupFilter>();
    }

    /// <summary>
    /// ASP.NET Core leaves the OpenTelemetry attributes off its server spans, and the Azure SDK makes no spans, unless asked. Both
    /// switches are read when the first server or client is made, which comes after this.
    /// </summary>
    private static void EnableNativeSpans()
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
    }

    /// <summary>Names the service after its application where <c>OTEL_SERVICE_NAME</c> does not.</summary>
    private static Action<ResourceBuilder> Name(IHostApplicationBuilder builder) => resource =>
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
            resource.AddService(builder.Environment.ApplicationName);
    };

    private sealed class TelemetryBuilder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
