using Linnaeus.ServiceDefaults.Problems;
using Linnaeus.ServiceDefaults.Resilience;
using Linnaeus.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Shared setup of every service: telemetry, health, service discovery, resilient HTTP and problem details.</summary>
public static class Extensions
{
    /// <summary>Default log levels; any settings file or environment variable overrides them.</summary>
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // Lower levels log full URLs, which may contain secrets in the query.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Azure"] = "Warning",
        // Hides retried attempts: the caller logs the final outcome.
        ["Logging:LogLevel:Polly"] = "Error",
    };

    /// <summary>Call this before the service's own registrations.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TelemetryFlush.ServicesStopTime);
        builder.Services.AddApiProblems();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddOptions<HttpResilienceOptions>().BindConfiguration("HttpResilience");
        builder.Services.ConfigureHttpClientDefaults(HttpResilience.Add);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check) and <c>/alive</c> (the process only) in every environment, for probes of orchestrators,
    /// and turns errors on <c>/api/*</c> into problem details.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseApiProblems();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealth }).AllowAnonymous().DisableHttpMetrics();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Name == "self", ResponseWriter = WriteHealth })
            .AllowAnonymous().DisableHttpMetrics();
        return app;
    }

    /// <summary><c>OK</c> when healthy (MLflow's clients expect it), otherwise one line per failed check.</summary>
    private static Task WriteHealth(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var faults = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description ?? entry.Value.Exception?.Message ?? entry.Value.Status.ToString()}\n");
        return context.Response.WriteAsync(report.Status == HealthStatus.Healthy ? "OK" : $"{report.Status}\n{string.Concat(faults)}", context.RequestAborted);
    }
}
